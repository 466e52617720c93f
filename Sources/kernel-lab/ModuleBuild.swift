import Laboratory

/// Builds modules for a kernel, out of tree.
struct ModuleBuild: Sendable {
    let tree: KernelTree
    /// Where the lab's own sources are: `tools/lab`.
    let sources: String
    /// Where it builds.
    let directory: String

    private static let coreName = "klp_lab"

    /// Builds the lab's own module.
    ///
    /// - Returns: the module's file.
    func core() async throws(LabError) -> String {
        let place = "\(directory)/core"
        Files.remove(place)
        try Files.makeDirectory(place)
        for name in ["klp_lab.c", "klp_lab.h", "klp_lab_shadow.h"] {
            try Files.copy("\(sources)/\(name)", to: "\(place)/\(name)")
        }
        try Files.write("obj-m := \(Self.coreName).o\n\(Self.flags)", to: "\(place)/Makefile")
        let result = try await make(place)
        let module = "\(place)/\(Self.coreName).ko"
        guard Files.exists(module) else {
            throw LabError(
                "the lab's own module does not build for \(tree.release):\n\(result.lastLines(20))",
                advice: "Look at \(place); the compiler must be the one the kernel was built with, or a near one.")
        }
        return module
    }

    /// Builds the modules of many jobs at once, each job's in a directory of its own named by its number.
    ///
    /// - Returns: for each job what the compiler said if a module of it did not build; nil if all did.
    func build(_ jobs: [GuestJob], in place: String) async throws(LabError) -> [String?] {
        Files.remove(place)
        try Files.makeDirectory(place)
        for (number, job) in jobs.enumerated() {
            let target = "\(place)/\(number)"
            try Files.makeDirectory(target)
            for module in job.modules { try Files.write(module.text, to: "\(target)/\(module.name).c") }
            let objects = job.modules.map { "\($0.name).o" }.joined(separator: " ")
            try Files.write(
                "obj-m := \(objects)\n\(Self.flags)ccflags-y += -I\(inside("\(directory)/core"))\n",
                to: "\(target)/Makefile")
        }
        let directories = jobs.indices.map { "\($0)/" }.joined(separator: " ")
        try Files.write("obj-m := \(directories)\n", to: "\(place)/Makefile")
        // One module that does not compile keeps kbuild from finishing any: then each job is built by itself.
        try await make(place, with: symbols)
        var failures: [String?] = []
        for (number, job) in jobs.enumerated() {
            let isBuilt = { job.modules.allSatisfy { Files.exists("\(place)/\(number)/\($0.name).ko") } }
            if isBuilt() {
                failures.append(nil)
                continue
            }
            let result = try await make("\(place)/\(number)", with: symbols)
            failures.append(isBuilt() ? nil : "its modules do not build:\n\(result.firstErrors())")
        }
        return failures
    }

    /// What other modules need to know of the lab's own.
    private var symbols: String { "\(directory)/core/Module.symvers" }

    /// A function that is patched or slept in must stay one of its own, and on the stack: no merging, no jump instead of a call.
    private static let flags = "ccflags-y += -fno-ipa-icf -fno-optimize-sibling-calls\n"

    @discardableResult
    private func make(_ place: String, with symbols: String? = nil) async throws(LabError) -> Program.Result {
        // Type information for BPF would need pahole, and the kernel's unpacked debug symbols.
        var arguments = [
            "-C", inside(tree.headers), "M=\(inside(place))", "CONFIG_DEBUG_INFO_BTF_MODULES=", "-k", "-j2", "modules",
        ]
        if let symbols { arguments.append("KBUILD_EXTRA_SYMBOLS=\(inside(symbols))") }
        if let own = tree.ownCompiler {
            // objtool reads /proc; that mount is seen in here alone, and goes with the last process.
            let script = "mount -t proc proc \"$0/proc\" && exec chroot \"$0\" make \"$@\""
            return try await Program.run(
                "unshare", ["--mount", "bash", "-c", script, tree.root, "CC=\(own)"] + arguments)
        }
        return try await Program.run("make", ["CC=\(try await compiler())"] + arguments)
    }

    /// The path as the compiler sees it.
    private func inside(_ path: String) -> String {
        tree.ownCompiler != nil && path.hasPrefix(tree.root) ? String(path.dropFirst(tree.root.count)) : path
    }

    /// gcc-12 builds modules for Debian's kernels from 5.10 to 6.12.
    private func compiler() async throws(LabError) -> String {
        for name in ["gcc-12", "gcc"] where try await Program.run("which", [name]).isSuccess { return name }
        throw LabError("there is no gcc", advice: "Install gcc-12 (Debian 12) or gcc.")
    }
}
