import Foundation
import TestSupport
import Testing

/// What klp-record decides from the kernel's files; what it does to a kernel is tried by tools/lab/record-trial.sh.
@Suite struct RecorderTests {
    @Test(arguments: Recorder.all)
    func `a dry run names what would be touched, and touches nothing`(record: Recorder) throws {
        let kernel = try FakeKernel()
        defer { kernel.remove() }
        let before = try kernel.contents()
        let result = try record("--dry-run", "-o", "here", "--", "insmod", "fix.ko", on: kernel)
        #expect(result.status == 0)
        #expect(result.errors == "")
        #expect(result.output.hasPrefix("record to \(kernel.root)/here\n"))
        #expect(result.output.contains("klp_module_coming module=+24($arg1):string\n"))
        #expect(result.output.contains("events: module/module_load module/module_free printk/console\n"))
        #expect(result.output.contains("\n    2 lines, 1 of them on now\n"))
        #expect(result.output.hasSuffix("run: insmod fix.ko\n"))
        #expect(try kernel.contents() == before)
    }

    @Test(arguments: Recorder.all)
    func `functions that are missing, hot, split, ambiguous or not traceable get no kprobe`(record: Recorder) throws {
        let kernel = try FakeKernel(functions: [
            "klp_enable_patch", "klp_find_callback", "klp_cond_resched", "klp_try_switch_task", "!klp_ftrace_handler",
            "!klp_module_coming", "klp_start_transition.part.0", "klp_reverse_transition.cold", "klp_patch_object",
            "klp_patch_object", "klp_shadow_get", "klp_shadow_alloc", "klp_update_patch_state",
        ])
        defer { kernel.remove() }
        #expect(try probes(record("--dry-run", on: kernel)) == ["klp_enable_patch"])
        #expect(try probes(record("--dry-run", "--shadow", on: kernel)) == ["klp_enable_patch", "klp_shadow_alloc"])
    }

    @Test(arguments: Recorder.all)
    func `a return probe may stand on a stack only where the kernel can walk past it`(record: Recorder) throws {
        let kernel = try FakeKernel()
        defer { kernel.remove() }
        // klp_module_coming never tries to complete a transition.
        try kernel.write(
            ["klp_enable_patch", "klp_module_coming"].map { "0 T \($0)\n" }.joined(), to: "proc/kallsyms")
        let result = try record("--dry-run", on: kernel)
        #expect(!result.output.contains("klp_enable_patch_return"))
        #expect(result.output.contains("klp_module_coming_return klp_module_coming ret=$retval:s32\n"))
    }

    @Test(arguments: Recorder.all)
    func `without kprobes the trace has the kernel's own events`(record: Recorder) throws {
        let kernel = try FakeKernel()
        defer { kernel.remove() }
        try kernel.remove(FakeKernel.kprobes)
        let result = try record("--dry-run", on: kernel)
        #expect(result.status == 0)
        #expect(result.errors.contains("this kernel has no kprobes"))
        #expect(result.output.contains("events: module/module_load"))
        #expect(!result.output.contains("kprobe"))
    }

    @Test(arguments: Recorder.all)
    func `where nothing can be traced it says so and how to record the log alone`(record: Recorder) throws {
        let kernel = try FakeKernel()
        defer { kernel.remove() }
        try kernel.write("none integrity [confidentiality]\n", to: "sys/kernel/security/lockdown")
        var result = try record("-o", "here", "--", "true", on: kernel)
        #expect(result.status == 125)
        #expect(result.errors.contains("locked down") && result.errors.contains("--no-trace"))

        try kernel.write("none [integrity] confidentiality\n", to: "sys/kernel/security/lockdown")
        #expect(try record("--dry-run", on: kernel).status == 0)

        try kernel.remove("sys/kernel/tracing")
        result = try record("-o", "here", "--", "true", on: kernel)
        #expect(result.status == 125)
        #expect(result.errors.contains("mount -t tracefs") && result.errors.contains("--no-trace"))
        #expect(!kernel.exists("here"))
        #expect(try record("--dry-run", "--no-trace", on: kernel).status == 0)
    }

    @Test(arguments: Recorder.all)
    func `wrong options are refused`(record: Recorder) throws {
        let kernel = try FakeKernel()
        defer { kernel.remove() }
        for arguments in ["--frobnicate", "insmod", "--", "--output", "--stop"] {
            let result = try record(arguments, on: kernel)
            #expect(result.status == 125, "\(arguments)")
            #expect(result.errors.hasPrefix("klp-record: "), "\(arguments)")
        }
        #expect(try record("--buffer", "much", on: kernel).status == 125)
        #expect(try record("--wait", "-1", on: kernel).status == 125)
        #expect(try record("--help", on: kernel).output.hasPrefix("usage: klp-record"))
    }

    @Test(arguments: Recorder.all)
    func `what a killed recorder left is taken back, and nothing else`(record: Recorder) throws {
        let kernel = try FakeKernel()
        defer { kernel.remove() }
        // Process 1 runs, and began at another time.
        let dead = "1.999999999.\(try namespace())"
        let group = "klp_record_" + dead.replacing(".", with: "_")
        let own = "p:mine/klp_enable_patch klp_enable_patch\n"
        let left = """
            p:\(group)/klp_enable_patch klp_enable_patch patch=+24(+0($arg1)):string
            r8:\(group)/klp_enable_patch_return klp_enable_patch ret=$retval:s32

            """
        try kernel.lock(by: "\(dead).\(FakeKernel.bootID)")
        try kernel.write(own + left, to: FakeKernel.kprobes)
        for name in ["klp-record.\(dead)", "mine"] { try kernel.makeDirectory("\(FakeKernel.instances)/\(name)") }
        try kernel.makeDirectory("recording")
        try kernel.write(
            """
            recorder \(dead).\(FakeKernel.bootID)
            output \(kernel.root)/recording
            instance \(kernel.path(FakeKernel.instances))/klp-record.\(dead)
            group \(group)
            flags yes

            """, to: "run/klp-record/state")
        try kernel.write(
            """
            kernel/livepatch/transition.c 75 =_
            kernel/livepatch/transition.c 521 =p

            """, to: "run/klp-record/debug-flags")
        let control = try kernel.read(FakeKernel.control)

        let result = try record("--clean-up", on: kernel)
        #expect(result.status == 0)
        #expect(result.errors.contains("its recording is in \(kernel.root)/recording\n"))
        #expect(try kernel.read(FakeKernel.kprobes) == own)
        let restored = try kernel.read(FakeKernel.control)
        #expect(restored == control + "file kernel/livepatch/transition.c line 521 =p\n")
        #expect(!kernel.exists("\(FakeKernel.instances)/klp-record.\(dead)"))
        #expect(kernel.exists("\(FakeKernel.instances)/mine"))
        // A real kernel performs what this plain file keeps; so it looks as if it had not.
        #expect(
            result.errors.contains("are not quite as they were; these were: kernel/livepatch/transition.c 521 =p\n"))
        #expect(try kernel.names(in: "run") == [])
    }

    @Test(arguments: Recorder.all)
    func `a recorder that runs is left alone`(record: Recorder) throws {
        let kernel = try FakeKernel()
        defer { kernel.remove() }
        let process = ProcessInfo.processInfo.processIdentifier
        let start = try #require(try startTime())
        let owner = "\(process).\(start).\(try namespace())"
        try kernel.lock(by: "\(owner).\(FakeKernel.bootID)")
        try kernel.write("recorder \(owner).\(FakeKernel.bootID)\noutput /elsewhere\n", to: FakeKernel.state)
        try kernel.makeDirectory("\(FakeKernel.instances)/klp-record.\(owner)")
        let before = try kernel.contents()
        for mode in ["--clean-up", "--no-trace"] {
            let result = try record(mode, on: kernel)
            #expect(result.status == 125)
            #expect(
                result.errors.contains("another klp-record is running: process \(process), recording to /elsewhere\n"))
        }
        #expect(try record("--dry-run", on: kernel).output.contains("until its end a recording is refused\n"))
        #expect(try kernel.contents() == before)

        // The same numbers in another boot are somebody else.
        try kernel.remove("run/klp-record.lock")
        try kernel.lock(by: "\(owner).another-boot")
        try kernel.write("recorder \(owner).another-boot\n", to: FakeKernel.state)
        try kernel.remove("\(FakeKernel.instances)/klp-record.\(owner)")
        #expect(try record("--clean-up", on: kernel).status == 0)
    }

    @Test(arguments: Recorder.all)
    func `the command's status is the recorder's, and the log is kept from its oldest record to the end`(
        record: Recorder
    ) throws {
        let kernel = try FakeKernel.withLog()
        defer { kernel.remove() }
        kernel.log?.write("6,1,5,-;livepatch: enabling patch 'fix'\n")
        try kernel.write("1\n", to: "sys/kernel/livepatch/fix/enabled")
        let result = try record(
            "--no-trace", "--no-debug-lines", "-o", "here", "--", "sh", "-c",
            "echo \"6,2,9,-;livepatch: 'fix': patching complete\" > dev/kmsg; exit 3", on: kernel)
        #expect(result.status == 3, "\(result.errors)")
        let lines = try kernel.read("here/kmsg.raw").split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines.first?.hasSuffix("livepatch: enabling patch 'fix'") == true)
        #expect(lines.dropFirst().first?.hasSuffix(": recording begins") == true)
        #expect(lines.last?.hasSuffix(": recording ends") == true)
        #expect(try kernel.read("here/sysfs-before.txt") == "fix/enabled 1\n")
        let recording = try kernel.read("here/recording.txt")
        #expect(recording.contains("\nexit status: 3\n"))
        #expect(recording.contains("\ntaint before: 12289\n"))
        #expect(!kernel.exists("run/klp-record"))

        let again = try record("--no-trace", "--no-debug-lines", "-o", "here", "--", "true", on: kernel)
        #expect(again.status == 125)
        #expect(again.errors.contains("here is not empty"))
        #expect(!kernel.exists("run/klp-record"))
    }

    /// The functions with a kprobe.
    private func probes(_ result: ProgramRun) -> [String] {
        result.output.split(separator: "\n").map { $0.drop { $0 == " " } }.filter { $0.hasPrefix("p:") }
            .compactMap { $0.split(separator: " ").dropFirst().first.map(String.init) }
    }

    /// The number of this process's PID namespace.
    private func namespace() throws -> String { try Recorder.namespace() }

    /// Of this process, in ticks since boot.
    private func startTime() throws -> String? {
        let stat = try String(contentsOfFile: "/proc/self/stat", encoding: .utf8)
        let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
        return fields.count > 19 ? String(fields[19]) : nil
    }
}
