/// The guest's file system: busybox, kmod, dmesg, trace-cmd, the lab's module and its scripts.
struct Initramfs {
    let tree: KernelTree
    let sources: String
    let coreModule: String

    /// Programs of the host that the guest gets, besides busybox.
    private static let programs = ["kmod", "dmesg", "trace-cmd"]

    /// Puts it together.
    ///
    /// - Throws: `LabError` if a program is missing on the host, or there is no room.
    func build(in directory: String) async throws(LabError) -> String {
        let root = "\(directory)/initramfs"
        Files.remove(root)
        for name in ["bin", "modules"] { try Files.makeDirectory("\(root)/\(name)") }
        try Files.copy(try await path(of: "busybox"), to: "\(root)/bin/busybox")
        for name in Self.programs { try await addProgram(name, root) }
        for name in ["insmod", "rmmod", "lsmod"] { Files.link("kmod", at: "\(root)/bin/\(name)") }
        var order: [String] = []
        for file in try await tree.moduleFiles() {
            let name = file.split(separator: "/").last.map(String.init) ?? file
            try Files.copy(file, to: "\(root)/modules/\(name)")
            order.append(name)
        }
        try Files.write(order.map { $0 + "\n" }.joined(), to: "\(root)/modules/order")
        try Files.copy(coreModule, to: "\(root)/klp_lab.ko")
        for name in ["init", "guest.sh", "record-trial.sh", "../klp-record"] {
            let file = name.split(separator: "/").last.map(String.init) ?? name
            try Files.copy("\(sources)/\(name)", to: "\(root)/\(file)")
        }
        let image = "\(directory)/initramfs.img"
        let command =
            "set -e; cd \"$1\"; chmod 755 init; find . | cpio -o -H newc --quiet | gzip -1 > \"$2.part\"; mv \"$2.part\" \"$2\""
        try await Program.must(
            "bash", ["-c", command, "bash", root, image],
            else: "Install cpio, and make room below \(directory).")
        return image
    }

    private func path(of program: String) async throws(LabError) -> String {
        let advice = "Install the Debian packages busybox-static, kmod, util-linux, trace-cmd (tools/kernel-lab does)."
        let found = try await Program.must("which", [program], else: advice)
        return found.split(separator: "\n").first.map(String.init) ?? program
    }

    /// The program with the libraries that it needs.
    private func addProgram(_ name: String, _ root: String) async throws(LabError) {
        let file = try await path(of: name)
        try Files.copy(try await real(file), to: "\(root)/bin/\(name)")
        let listing = try await Program.run("ldd", [file]).output
        for word in listing.split(whereSeparator: { $0 == " " || $0 == "\n" || $0 == "\t" }) where word.hasPrefix("/") {
            let library = String(word)
            let parts = library.split(separator: "/").dropLast().joined(separator: "/")
            try Files.makeDirectory("\(root)/\(parts)")
            try Files.copy(try await real(library), to: root + library)
        }
    }

    private func real(_ path: String) async throws(LabError) -> String {
        let found = try await Program.must("readlink", ["-f", path], else: "Look at \(path).")
        return found.split(separator: "\n").first.map(String.init) ?? path
    }
}
