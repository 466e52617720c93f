import Foundation
import TestSupport
import Testing

/// However a recorder ends, what it changed is put back, or stays written down.
@Suite struct RecorderEndTests {
    @Test(arguments: Recorder.all)
    func `a trace has its own events, one clock and a figure of what was lost, and goes away`(record: Recorder) throws {
        let kernel = try FakeKernel.withLog()
        defer { kernel.remove() }
        try kernel.write("p:mine/own klp_enable_patch\n", to: FakeKernel.kprobes)
        let result = try record("-o", "here", "--", "sh", "-c", "umask; cp '\(FakeKernel.kprobes)' taken", on: kernel)
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.hasSuffix("22\n"))
        #expect(try kernel.read("taken").contains("\np:klp_record_"))
        #expect(try Self.isAsBefore(kernel, kprobes: "p:mine/own klp_enable_patch\n"))
        let removed = try #require(try kernel.names(in: "removed").first)
        #expect(try kernel.read("removed/\(removed)/trace_clock") == "global\n")
        #expect(try kernel.read("removed/\(removed)/tracing_on") == "0\n")
        #expect(try kernel.read("removed/\(removed)/events/printk/console/enable") == "1\n")
        let recording = try kernel.read("here/recording.txt")
        #expect(recording.contains("\ntrace events lost: 3\n"))
        #expect(recording.contains("\nincomplete: 3 trace events were lost"))
        #expect(try kernel.mode("here") == 0o700 && kernel.mode("here/kmsg.raw") == 0o600)
    }

    @Test(arguments: Recorder.all)
    func `nobody needs to listen to its end`(record: Recorder) throws {
        let kernel = try FakeKernel.withLog()
        defer { kernel.remove() }
        try kernel.write("1\n", to: "sys/kernel/livepatch/fix/transition")
        _ = try record.lines(
            "{ $record --wait 01 -o here -- sleep 0.1 2>&1; echo $? > status; } | head -n 1", on: kernel)
        #expect(try kernel.read("status") == "0\n")
        #expect(try Self.isAsBefore(kernel))
        #expect(try kernel.read("here/recording.txt").contains("\nended: "))
    }

    @Test(arguments: Recorder.all)
    func `what cannot be written down is not changed`(record: Recorder) throws {
        let kernel = try FakeKernel.withLog()
        defer { kernel.remove() }
        try kernel.set("run-is-full")
        let control = try kernel.read(FakeKernel.control)
        let result = try record("-o", "here", "--", "true", on: kernel)
        #expect(result.status == 125)
        #expect(result.errors.contains("cannot write down in \(kernel.root)/run/klp-record what to put back"))
        #expect(try Self.isAsBefore(kernel) && kernel.read(FakeKernel.control) == control)
        #expect(!kernel.exists("here"))
    }

    @Test(arguments: Recorder.plain)
    func `a start that fails leaves nothing`(record: Recorder) throws {
        let kernel = try FakeKernel.withLog()
        defer { kernel.remove() }
        try kernel.set("no-instance")
        let result = try record("-o", "here", "--", "true", on: kernel)
        #expect(result.status == 125)
        #expect(result.errors.contains("cannot make the trace instance"))
        #expect(try Self.isAsBefore(kernel))
        #expect(!kernel.exists("here"))
    }

    @Test(arguments: Recorder.plain)
    func `killed in whatever phase, it is cleaned up after`(record: Recorder) throws {
        let kernel = try FakeKernel.withLog()
        defer { kernel.remove() }
        for phase in 1...6 {
            let result = try record.lines(
                """
                $record -q --no-debug-lines -o here\(phase) -- sleep 0.1 & sleep 0.\(phase); kill -9 $!; wait $!
                $record -q --clean-up
                """, on: kernel)
            #expect(result.status == 0, "phase \(phase): \(result.errors)")
            #expect(try Self.isAsBefore(kernel), "phase \(phase)")
        }
    }

    @Test(arguments: Recorder.all)
    func `what reads the log ends by itself when its recorder is killed, and the recording is completed`(
        record: Recorder
    ) throws {
        let kernel = try FakeKernel.withLog()
        defer { kernel.remove() }
        let result = try record.lines(
            """
            $record -q --no-debug-lines -o here > out & recorder=$!
            until grep -q instance run/klp-record/state 2> /dev/null; do sleep 0.1; done; sleep 0.3
            read reader start < run/klp-record/reader
            kill -0 $reader || exit 1
            kill -9 $recorder; wait $recorder
            for moment in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
                kill -0 $reader || exit 0; sleep 0.1
            done
            exit 2
            """, on: kernel)
        #expect(result.status == 0, "\(result.errors)")
        #expect(try record("--clean-up", on: kernel).status == 0)
        let recording = try kernel.read("here/recording.txt")
        #expect(recording.contains("\ntrace events lost: 3\n"))
        #expect(recording.contains("\nincomplete: the recorder was killed"))
        #expect(recording.hasSuffix("\nended: by being killed; completed by a later klp-record\n"))
        #expect(try kernel.read("here/trace.txt") == "# tracer: nop\n")
        #expect(try Self.isAsBefore(kernel))
    }

    @Test(arguments: Recorder.all)
    func `a trace instance is not forgotten because tracefs is gone`(record: Recorder) throws {
        let kernel = try FakeKernel.withLog()
        defer { kernel.remove() }
        let result = try record(
            "--no-debug-lines", "-o", "here", "--", "mv", "sys/kernel/tracing", "away", on: kernel)
        #expect(result.status == 0)
        #expect(result.errors.contains("is still there: tracefs is gone"))
        #expect(try kernel.read("here/recording.txt").contains("\nincomplete: the trace could not be written"))
        #expect(try record("-o", "there", "--no-trace", "--", "true", on: kernel).status == 125)
        #expect(try record.lines("mv away sys/kernel/tracing; $record --clean-up", on: kernel).status == 0)
        #expect(try Self.isAsBefore(kernel))
    }

    @Test(arguments: Recorder.plain)
    func `debug lines are not forgotten because their control file is gone`(record: Recorder) throws {
        let kernel = try FakeKernel.withLog()
        defer { kernel.remove() }
        let result = try record("--no-trace", "-o", "here", "--", "mv", FakeKernel.control, "away", on: kernel)
        #expect(result.errors.contains("debug lines are still on"))
        #expect(try record.lines("mv away \(FakeKernel.control); $record --clean-up", on: kernel).status == 0)
        #expect(try Self.isAsBefore(kernel))
    }

    @Test(arguments: Recorder.plain)
    func `a trace that finds no room stays in the kernel until there is some`(record: Recorder) throws {
        let kernel = try FakeKernel.withLog()
        defer { kernel.remove() }
        try kernel.write("trace.txt.part", to: "plant")
        let result = try record("--no-debug-lines", "-o", "here", "--", "true", on: kernel)
        #expect(result.status == 0)
        #expect(result.errors.contains("the trace could not be written to trace.txt: No space left on device\n"))
        #expect(result.errors.contains("until then the trace stays in"))
        #expect(try kernel.names(in: FakeKernel.instances).count == 1)
        #expect(try record("--clean-up", on: kernel).status == 0)
        #expect(try kernel.read("here/trace.txt") == "# tracer: nop\n")
        #expect(try !kernel.read("here/recording.txt").contains("could not be written"))
        #expect(try kernel.names(in: "here").filter { $0.hasPrefix("recording") } == ["recording.txt"])
        #expect(try Self.isAsBefore(kernel))
    }

    @Test(arguments: Recorder.all)
    func `a signal ends the waiting for a transition`(record: Recorder) throws {
        let kernel = try FakeKernel.withLog()
        defer { kernel.remove() }
        try kernel.write("1\n", to: "sys/kernel/livepatch/fix/transition")
        let begin = ContinuousClock.now
        let result = try record.lines(
            """
            $record --no-trace -o here -- true 2> said & recorder=$!
            until grep -q 'waiting for a transition' said; do sleep 0.1; done
            kill -TERM $recorder; wait $recorder
            """, on: kernel)
        #expect(result.status == 0)
        #expect(ContinuousClock.now - begin < .seconds(30))
        #expect(try Self.isAsBefore(kernel))
    }

    /// Whether no recorder left anything.
    static func isAsBefore(_ kernel: FakeKernel, kprobes: String = "") throws -> Bool {
        try kernel.names(in: FakeKernel.instances) == [] && kernel.names(in: "run") == []
            && kernel.read(FakeKernel.kprobes) == kprobes
    }
}
