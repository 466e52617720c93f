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
        for name in ["klp_lab.c", "klp_lab.h"] { try Files.copy("\(sources)/\(name)", to: "\(place)/\(name)") }
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
                "obj-m := \(objects)\n\(Self.flags)ccflags-y += -I\(sources)\n", to: "\(target)/Makefile")
        }
        let directories = jobs.indices.map { "\($0)/" }.joined(separator: " ")
        try Files.write("obj-m := \(directories)\n", to: "\(place)/Makefile")
        let result = try await make(place, with: "\(directory)/core/Module.symvers")
        var failures: [String?] = []
        for (number, job) in jobs.enumerated() {
            let missing = job.modules.filter { !Files.exists("\(place)/\(number)/\($0.name).ko") }.map(\.name)
            guard !missing.isEmpty else {
                failures.append(nil)
                continue
            }
            let lines = result.errors.split(separator: "\n").filter {
                $0.contains("/\(number)/") && $0.contains("error")
            }.prefix(12)
            failures.append(
                "\(missing.joined(separator: ", ")) in \(place)/\(number) does not build:\n"
                    + (lines.isEmpty ? result.lastLines() : lines.map { "  " + $0 }.joined(separator: "\n")))
        }
        return failures
    }

    /// A function that is patched or slept in must stay one of its own, and on the stack: no merging, no jump instead of a call.
    private static let flags = "ccflags-y += -fno-ipa-icf -fno-optimize-sibling-calls\n"

    private func make(_ place: String, with symbols: String? = nil) async throws(LabError) -> Program.Result {
        let arguments = ["-C", tree.headers, "M=\(place)", "CC=\(try await compiler())", "-k", "-j2", "modules"]
        return try await Program.run("make", arguments + (symbols.map { ["KBUILD_EXTRA_SYMBOLS=\($0)"] } ?? []))
    }

    /// gcc-12 builds modules for Debian's kernels from 5.10 to 6.12.
    private func compiler() async throws(LabError) -> String {
        for name in ["gcc-12", "gcc"] where try await Program.run("which", [name]).isSuccess { return name }
        throw LabError("there is no gcc", advice: "Install gcc-12 (Debian 12) or gcc.")
    }
}
