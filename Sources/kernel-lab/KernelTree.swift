/// A kernel, unpacked: its image, the modules that the guest needs to reach the host, and what modules are built with.
struct KernelTree: Sendable {
    /// The series that was asked for.
    let series: KernelSeries
    /// The release, as `uname -r` says it: `6.1.0-56-amd64`.
    let release: String
    /// The package's version: `6.1.192-2`.
    let version: String
    /// Where the packages are unpacked.
    let root: String

    /// The upstream version: `6.1.192`.
    var upstream: String {
        String(version.prefix { $0.isNumber || $0 == "." })
    }

    /// The bootable image, at its place before 7.x or since.
    var image: String {
        if series.ownTree != nil { return "\(root)/arch/x86/boot/bzImage" }
        let old = "\(root)/boot/vmlinuz-\(release)"
        return Files.exists(old) ? old : "\(root)/usr/lib/modules/\(release)/vmlinuz"
    }
    /// The directory for `make -C`.
    var headers: String { series.ownTree ?? "\(root)/usr/src/linux-headers-\(release)" }
    /// What its recorded runs are called: `6.1.192`, or `6.12.117-states-2025` for a kernel with a design of its own.
    var place: String { series.ownTree == nil ? upstream : "\(upstream)-\(series.generation.rawValue)" }

    /// The modules that the guest needs to reach the host; which of them there are depends on the kernel.
    private static let guestModules: Set<String> = [
        "virtio", "virtio_ring", "virtio_pci", "virtio_pci_legacy_dev", "virtio_pci_modern_dev", "9pnet",
        "9pnet_virtio",
        "9p", "netfs", "fscache",
    ]

    /// The files of those modules in the order in which they can be loaded.
    func moduleFiles() async throws(LabError) -> [String] {
        if series.ownTree != nil { return [] }
        let found = try await Program.must("find", ["-L", "\(root)/lib/modules", "-name", "*.ko*"], else: Self.advice)
        var rest: [(name: String, file: String, needs: Set<String>)] = []
        for file in found.split(separator: "\n").map(String.init).sorted() {
            guard let name = file.split(separator: "/").last?.split(separator: ".").first.map(String.init),
                Self.guestModules.contains(name)
            else { continue }
            let needs = try await Program.must("modinfo", ["-F", "depends", file], else: "Install kmod.")
            rest.append((name, file, Set(needs.split(whereSeparator: { $0 == "," || $0 == "\n" }).map(String.init))))
        }
        guard rest.contains(where: { $0.name == "9p" }) else {
            throw LabError("\(root) holds no modules of the 9p file system", advice: Self.advice)
        }
        var files: [String] = []
        while !rest.isEmpty {
            let waiting = Set(rest.map(\.name))
            // What is not among the modules is part of the kernel.
            let next = rest.firstIndex { $0.needs.isDisjoint(with: waiting) } ?? 0
            files.append(rest.remove(at: next).file)
        }
        return files
    }

    private static let advice =
        "Remove the directory of the kernel, or run again with --fresh: it is fetched and unpacked anew."

    /// A kernel that somebody has built.
    ///
    /// - Throws: `LabError` if the directory holds none, or one that cannot be a guest.
    private static func own(_ series: KernelSeries, _ directory: String) throws(LabError) -> KernelTree {
        let advice = "Build it there first: make bzImage modules."
        guard let release = Files.read("\(directory)/include/config/kernel.release")?.filter({ $0 != "\n" }) else {
            throw LabError("\(directory) holds no kernel that was built", advice: advice)
        }
        let tree = KernelTree(series: series, release: release, version: release, root: directory)
        guard Files.exists(tree.image) else { throw LabError("\(tree.image) is not there", advice: advice) }
        let config = Files.read("\(directory)/.config") ?? ""
        let lines = Set(config.split(separator: "\n").map(String.init))
        let missing = ownOptions.filter { !lines.contains("CONFIG_\($0)=y") }
        guard missing.isEmpty else {
            throw LabError(
                "the kernel of \(directory) lacks what the lab's guest needs built in: \(missing.joined(separator: ", "))",
                advice: "Switch these options on in its .config (=y, not =m), and build it again.")
        }
        return tree
    }

    /// What a kernel must have built in: there are no modules to be loaded before the first of the lab's.
    private static let ownOptions = [
        "LIVEPATCH", "MODULES", "MODULE_UNLOAD", "DYNAMIC_DEBUG", "DEBUG_FS", "KPROBES", "BLK_DEV_INITRD", "DEVTMPFS",
        "SERIAL_8250_CONSOLE", "VIRTIO_PCI", "NET_9P_VIRTIO", "9P_FS",
    ]

    // MARK: Getting it

    /// Room that a kernel needs while it is unpacked.
    private static let bytesNeeded = 700 << 20

    /// The kernel in the cache, or the newest one that the archive has; as long as the lock is held nobody replaces it.
    ///
    /// - Parameter isFresh: true to ask the archive for a newer one.
    /// - Throws: `LabError` if there is none, or it cannot be fetched or unpacked.
    static func get(
        _ series: KernelSeries, cache: String, isFresh: Bool, progress: Progress
    ) async throws(LabError) -> (tree: KernelTree, lock: FileLock?) {
        // Nobody replaces a kernel that somebody else has built.
        if let own = series.ownTree { return (try self.own(series, own), nil) }
        let directory = "\(cache)/kernels/\(series.name)"
        try Files.makeDirectory(directory)
        let lock = try FileLock(at: directory + ".lock")
        var hasWaited = false
        while true {
            if !isFresh, lock.take(.shared), let tree = kept(series, directory) { return (tree, lock) }
            if lock.take(.exclusive) { break }
            if isFresh {
                throw LabError(
                    "another kernel-lab uses the kernel in \(directory)",
                    advice: "Wait until it has ended, name another directory with --cache, or leave --fresh out.")
            }
            if !hasWaited { progress.say("waiting for another kernel-lab that fetches the kernel \(series.name)") }
            hasWaited = true
            try? await Task.sleep(for: .seconds(1))
            if Task.isCancelled { throw LabError("stopped", advice: "Run it again.") }
        }
        let tree = try await fetch(series, cache, directory, progress)
        // Nobody is waiting to replace a kernel that is kept.
        _ = lock.take(.shared)
        return (tree, lock)
    }

    /// Fetches and unpacks it, unless the one that is kept is the archive's newest.
    private static func fetch(
        _ series: KernelSeries, _ cache: String, _ directory: String, _ progress: Progress
    ) async throws(LabError) -> KernelTree {
        progress.say("fetching Debian's kernel \(series.name)")
        let archive = try await PackageArchive.opened(
            series.suites, below: "\(cache)/apt/\(series.name)", progress)
        let images = try await archive.versions(matching: "^linux-image-\(series.name)[.]")
            .filter { series.isImage($0.package) }
        guard let image = images.first else {
            throw LabError(
                "Debian has no kernel \(series.name) in \(series.suites.joined(separator: ", ")) any more",
                advice: "Name another one with --kernel: \(KernelSeries.all.map(\.name).joined(separator: ", ")).")
        }
        let release = String(image.package.dropFirst("linux-image-".count))
        if let tree = kept(series, directory), tree.release == release, tree.version == image.version { return tree }
        let headers = "linux-headers-\(release)"
        let dependencies = try await archive.dependencies(of: headers, image.version)
        // Since 7.x the image is in two other packages.
        let parts = try await archive.dependencies(of: image.package, image.version).filter(Self.isPartOfImage)
        let build = dependencies.filter { $0.hasPrefix("linux-headers-") || $0.hasPrefix("linux-kbuild-") }
        // From here on until it is unpacked there is no kernel.
        Files.remove("\(directory)/kernel")
        if let free = Files.free(at: directory), free < bytesNeeded {
            throw LabError(
                "\(directory): \(free >> 20) MiB are free, and a kernel needs \(bytesNeeded >> 20)",
                advice: "Make room there, or name another directory with --cache.")
        }
        let debs = "\(directory)/debs"
        Files.remove(debs)
        var packages = ["\(image.package)=\(image.version)", "\(headers)=\(image.version)"] + parts + build
        if series.needsOwnCompiler { packages += try await archive.closure(of: Self.compilerPackages(dependencies)) }
        let files = try await archive.download(packages, into: debs)
        progress.say("unpacking \(image.package) \(image.version)")
        let tree = KernelTree(
            series: series, release: release, version: image.version, root: "\(directory)/\(release)")
        Files.remove(tree.root)
        try Files.makeDirectory(tree.root)
        if series.needsOwnCompiler { try tree.makeRoot() }
        for file in files { try await tree.unpack(file) }
        if series.needsOwnCompiler {
            try await tree.finishRoot(compiler: Self.compiler(dependencies))
        } else {
            try tree.makeRelocatable()
        }
        try tree.allowEqualNames()
        guard Files.exists(tree.image) else {
            throw LabError("\(image.package) holds no \(tree.image)", advice: Self.advice)
        }
        Files.remove(debs)
        try Files.write("\(release) \(image.version)\n", to: "\(directory)/kernel")
        return tree
    }

    private static func kept(_ series: KernelSeries, _ directory: String) -> KernelTree? {
        guard let words = Files.read("\(directory)/kernel")?.split(whereSeparator: { $0 == " " || $0 == "\n" }),
            words.count == 2
        else { return nil }
        let tree = KernelTree(
            series: series, release: String(words[0]), version: String(words[1]), root: "\(directory)/\(words[0])")
        return Files.exists(tree.image) && Files.exists(tree.headers) ? tree : nil
    }

    private static func isPartOfImage(_ package: String) -> Bool {
        package.hasPrefix("linux-binary-") || package.hasPrefix("linux-modules-")
    }

    /// Of an image only what the guest needs.
    private func unpack(_ file: String) async throws(LabError) {
        let name = file.split(separator: "/").last.map(String.init) ?? file
        let isImage = name.hasPrefix("linux-image-") || Self.isPartOfImage(name)
        let wanted =
            isImage
            ? "--wildcards './boot/*' '*/vmlinuz' '*/kernel/fs/9p/*' '*/kernel/fs/netfs/*' '*/kernel/fs/fscache/*' '*/kernel/net/9p/*' '*/kernel/drivers/virtio/*'"
            : ""
        let command = "set -o pipefail; dpkg-deb --fsys-tarfile \"$1\" | tar -x -C \"$2\" \(wanted)"
        // A pattern that a kernel has nothing for is no error worth stopping at; what is missing shows soon.
        let result = try await Program.run("bash", ["-c", command, "bash", file, root])
        guard result.isSuccess || (isImage && result.errors.contains("Not found in archive")) else {
            throw LabError("\(file) cannot be unpacked:\n\(result.lastLines())", advice: Self.advice)
        }
    }

    /// The packages expect to be below /: their Makefile and links are pointed at where they are.
    private func makeRelocatable() throws(LabError) {
        let modules = "\(root)/usr/lib/modules"
        if Files.exists(modules), !Files.exists("\(root)/lib") { Files.link("usr/lib", at: "\(root)/lib") }
        guard let makefile = Files.read("\(headers)/Makefile") else {
            throw LabError("\(headers) holds no Makefile", advice: Self.advice)
        }
        let lines = makefile.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasPrefix("include /usr/") ? "include \(root)" + line.dropFirst("include ".count) : String(line)
        }
        try Files.write(lines.joined(separator: "\n"), to: "\(headers)/Makefile")
        for directory in Files.names(in: "\(root)/usr/src") {
            for name in ["scripts", "tools"] {
                let link = "\(root)/usr/src/\(directory)/\(name)"
                if let target = Files.target(ofLink: link), target.hasPrefix("/") {
                    Files.remove(link)
                    Files.link(root + target, at: link)
                }
            }
        }
    }

    /// Many scenarios are built at once, and their modules are called alike; what forbids it is a check before an installation.
    private func allowEqualNames() throws(LabError) {
        for directory in Files.names(in: "\(root)/usr/lib") where directory.hasPrefix("linux-kbuild-") {
            let check = "\(root)/usr/lib/\(directory)/scripts/modules-check.sh"
            if Files.exists(check) { try Files.write("#!/bin/sh\n", to: check) }
        }
    }
}

/// A tree with a compiler of its own, to be used under chroot.
extension KernelTree {
    /// What kbuild runs besides the compiler.
    private static let buildPrograms = [
        "make", "dash", "coreutils", "sed", "grep", "findutils", "mawk", "libelf1t64", "libssl3t64",
    ]

    /// The compiler that the headers depend on: `gcc-16-for-host` is gcc-16.
    private static func compiler(_ dependencies: [String]) -> String {
        let name = dependencies.first { $0.hasPrefix("gcc-") } ?? "gcc"
        return name.split(separator: "-").prefix(2).joined(separator: "-")
    }

    private static func compilerPackages(_ dependencies: [String]) -> [String] {
        [compiler(dependencies)] + buildPrograms
    }

    /// Debian's packages expect the merged layout.
    private func makeRoot() throws(LabError) {
        for name in ["bin", "sbin", "lib", "lib64"] {
            try Files.makeDirectory("\(root)/usr/\(name)")
            Files.link("usr/\(name)", at: "\(root)/\(name)")
        }
        for name in ["tmp", "dev", "proc"] { try Files.makeDirectory("\(root)/\(name)") }
    }

    /// No package's script has run: what kbuild needs of what they would do.
    private func finishRoot(compiler: String) async throws(LabError) {
        let advice = "Run it as root: a compiler of another suite is run under chroot."
        try await Program.must("mknod", ["-m", "666", "\(root)/dev/null", "c", "1", "3"], else: advice)
        if !Files.exists("\(root)/usr/bin/sh") { Files.link("dash", at: "\(root)/usr/bin/sh") }
        if !Files.exists("\(root)/usr/bin/awk") { Files.link("mawk", at: "\(root)/usr/bin/awk") }
        try Files.write("\(compiler)\n", to: "\(root)/compiler")
    }

    /// The compiler of the tree's own; nil if it uses the host's.
    var ownCompiler: String? {
        guard series.needsOwnCompiler, let text = Files.read("\(root)/compiler") else { return nil }
        return text.split(separator: "\n").first.map(String.init)
    }
}
