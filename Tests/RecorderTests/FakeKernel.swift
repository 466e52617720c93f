import Foundation
import TestSupport
import Testing

/// A directory that stands for the kernel's files, as `KLP_RECORD_ROOT`.
struct FakeKernel {
    private let scratch = Scratch()
    /// Its log, if it can be followed.
    private(set) var log: Pipeline?

    /// Where it is.
    var root: String { scratch.root }

    static let kprobes = "sys/kernel/tracing/kprobe_events"
    static let instances = "sys/kernel/tracing/instances"
    static let control = "proc/dynamic_debug/control"
    static let state = "run/klp-record/state"
    static let bootID = "5711b373-1293-4e1d-aa40-3d97c43140cb"

    /// - Parameter functions: what kallsyms names and, unless it begins with `!`, what ftrace can trace.
    init(functions: [String] = ["klp_enable_patch", "klp_module_coming", "klp_start_transition"]) throws {
        var symbols = ["klp_transition_patch", "klp_target_state"].map { "0000000000000000 D \($0)" }
        symbols += functions.map { "0000000000000000 t \($0.trimmingPrefix("!"))" }
        symbols.append("0000000000000000 T rethook_find_ret_addr")
        try write(symbols.joined(separator: "\n") + "\n", to: "proc/kallsyms")
        let traceable = functions.filter { !$0.hasPrefix("!") }
        try write(
            traceable.joined(separator: "\n") + "\n", to: "sys/kernel/tracing/available_filter_functions")
        try write("\t$retval, $arg<N>\n", to: "sys/kernel/tracing/README")
        try write("", to: Self.kprobes)
        for event in ["module/module_load", "module/module_free", "printk/console"] {
            try write("0\n", to: "sys/kernel/tracing/events/\(event)/enable")
        }
        for directory in [Self.instances, "sys/kernel/livepatch", "run"] { try makeDirectory(directory) }
        try write(
            """
            init/main.c:1 [main]start_kernel =_ "%s"
            kernel/livepatch/transition.c:75 [livepatch]klp_complete_transition =_ "'%s': completing\\n"
            kernel/livepatch/transition.c:521 [livepatch]klp_init_transition =pf "'%s': initializing\\n"

            """, to: Self.control)
        try write("\(Self.bootID)\n", to: "proc/sys/kernel/random/boot_id")
        try write("12289\n", to: "proc/sys/kernel/tainted")
        try write("", to: "dev/kmsg")
        try write("[    1.000000] booted\n", to: "dmesg.txt")
        try write("\(Self.acting). '\(Recorder.script)'\n", to: "record.sh")
    }

    /// One with a log that can be followed.
    static func withLog() throws -> FakeKernel {
        var kernel = try FakeKernel()
        let log: Pipeline = try #require(Pipeline(at: kernel.path("dev/kmsg")))
        kernel.log = log
        return kernel
    }

    func path(_ name: String) -> String { scratch.path(name) }

    func write(_ text: String, to name: String) throws { try scratch.write(text, to: name) }

    func read(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    func makeDirectory(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: true)
    }

    /// An empty file, as the acting kernel looks for.
    func set(_ name: String) throws { try write("", to: name) }

    func names(in directory: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path(directory)).sorted()
    }

    func mode(_ name: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path(name))[.posixPermissions] as? Int
    }

    func setMode(_ mode: Int, _ name: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path(name))
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path(name)) }

    /// The link that says who is recording.
    func lock(by owner: String) throws {
        try FileManager.default.createSymbolicLink(
            atPath: path("run/klp-record.lock"), withDestinationPath: owner)
    }

    /// Every file with what is in it.
    func contents() throws -> [String: String] {
        var result: [String: String] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: root) {
            result[name] = (try? read(name)) ?? ""
        }
        return result
    }

    func remove() {
        log?.close()
        scratch.remove()
    }
}
