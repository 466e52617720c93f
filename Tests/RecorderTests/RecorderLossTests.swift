import Foundation
import TestSupport
import Testing

/// What a recording lacks is said at once, and written down in it.
@Suite struct RecorderLossTests {
    @Test(arguments: Recorder.plain)
    func `a transition that goes on is said even when quiet`(record: Recorder) throws {
        let kernel = try FakeKernel.withLog()
        defer { kernel.remove() }
        try kernel.write("1\n", to: "sys/kernel/livepatch/fix/transition")
        let result = try record("-q", "--wait", "0", "--no-trace", "-o", "here", "--", "true", on: kernel)
        #expect(result.errors.contains("a transition goes on: that of fix"))
        #expect(try kernel.read("here/recording.txt").contains("\nincomplete: a transition goes on: that of fix"))
    }

    @Test(arguments: Recorder.all)
    func `a reader that is gone is said at once`(record: Recorder) throws {
        let kernel = try FakeKernel.withLog()
        defer { kernel.remove() }
        let result = try record(
            "-q", "--no-trace", "--no-debug-lines", "-o", "here", "--", "sh", "-c",
            "kill $(cut -d ' ' -f 1 run/klp-record/reader); sleep 0.3; echo the command goes on >&2", on: kernel)
        #expect(result.status == 0)
        let said = try #require(result.errors.range(of: "the kernel's log cannot be followed any longer"))
        let end = try #require(result.errors.range(of: "the command goes on"))
        #expect(said.lowerBound < end.lowerBound)
        #expect(
            try kernel.read("here/recording.txt")
                .contains("\nincomplete: the kernel's log could not be followed to the end"))
    }

    @Test(arguments: Recorder.all)
    func `the reason told is the reader's error, not its figures`(record: Recorder) throws {
        let kernel = try FakeKernel.withLog()
        defer { kernel.remove() }
        try kernel.set("no-room-for-the-log")
        let result = try record("-q", "--no-trace", "-o", "here", "--", "true", on: kernel)
        #expect(result.status == 125)
        #expect(result.errors.contains("the kernel's log cannot be followed: No space left on device\n"))
        #expect(!kernel.exists("here"))
    }

    @Test(arguments: Recorder.plain)
    func `its own line is waited for as long as the recording grows`(record: Recorder) throws {
        let kernel = try FakeKernel.withLog()
        defer { kernel.remove() }
        try kernel.set("slow-reader")
        // Longer than the fifty moments in which nothing may come.
        kernel.log?.write((1...150).map { "6,\($0),1,-;line\n" }.joined())
        let result = try record("-q", "--no-trace", "--no-debug-lines", "-o", "here", "--", "true", on: kernel)
        #expect(result.status == 0, "\(result.errors)")
        #expect(try kernel.read("here/kmsg.raw").split(separator: "\n").count == 152)
        #expect(try !kernel.read("here/recording.txt").contains("incomplete"))
    }

    @Test(arguments: Recorder.plain)
    func `without figures nobody knows how many trace events were lost`(record: Recorder) throws {
        let kernel = try FakeKernel.withLog()
        defer { kernel.remove() }
        try kernel.set("no-stats")
        _ = try record("-o", "here", "--", "true", on: kernel)
        #expect(try kernel.read("here/recording.txt").contains("\ntrace events lost: unknown\n"))
    }

    @Test(arguments: Recorder.plain)
    func `a kernel that takes no kprobe is recorded without`(record: Recorder) throws {
        let kernel = try FakeKernel.withLog()
        defer { kernel.remove() }
        try kernel.set("no-probe-events")
        let result = try record("-o", "here", "--", "sh", "-c", "exit 4", on: kernel)
        #expect(result.status == 4)
        #expect(result.errors.contains("the kernel takes no kprobe"))
        #expect(try kernel.read("here/recording.txt").contains("\nnot probed: p:klp_record_"))
        #expect(try RecorderEndTests.isAsBefore(kernel))
    }

    @Test(arguments: Recorder.all)
    func `dmesg's lines are kept once, also when the ring goes round among equal ones`(record: Recorder) throws {
        let kernel = try FakeKernel()
        defer { kernel.remove() }
        try kernel.remove("dev/kmsg")
        let stamp = "[    1.000000] "
        try kernel.write("a\nb\na\n", to: "dmesg.txt")
        let result = try record(
            "--no-trace", "-o", "here", "--", "sh", "-c", "printf 'b\\na\\nb\\nc\\n' > dmesg.txt", on: kernel)
        #expect(result.status == 0, "\(result.errors)")
        #expect(try kernel.read("here/dmesg.log") == "a\nb\na\nb\nc\n")
        #expect(try kernel.read("here/recording.txt").contains("\nincomplete: the kernel's log has no time stamps"))
        #expect(try kernel.names(in: "here").filter { $0.hasPrefix("dmesg") } == ["dmesg.log"])

        try kernel.write("\(stamp)a\n", to: "dmesg.txt")
        _ = try record("--no-trace", "-o", "again", "--", "sh", "-c", "echo '\(stamp)b' >> dmesg.txt", on: kernel)
        #expect(try kernel.read("again/dmesg.log") == "\(stamp)a\n\(stamp)b\n")
        #expect(try !kernel.read("again/recording.txt").contains("incomplete"))
    }

    @Test(arguments: Recorder.plain)
    func `lines that dmesg had no more when it was asked leave a gap`(record: Recorder) throws {
        let kernel = try FakeKernel()
        defer { kernel.remove() }
        try kernel.remove("dev/kmsg")
        let result = try record(
            "--no-trace", "-o", "here", "--", "sh", "-c", "echo '[    9.000000] late' > dmesg.txt", on: kernel)
        #expect(result.errors.contains("overflowed between two looks at it"))
        #expect(
            try kernel.read("here/dmesg.log") == """
                [    1.000000] booted
                klp-record: lines of the kernel's log are missing here
                [    9.000000] late

                """)
        #expect(
            try kernel.read("here/recording.txt")
                .contains("\nincomplete: the kernel's log overflowed between two looks"))
    }

    @Test(arguments: Recorder.all)
    func `a command is kept as a shell would take it, in one line`(record: Recorder) throws {
        let kernel = try FakeKernel.withLog()
        defer { kernel.remove() }
        _ = try record("--no-trace", "-o", "here", "--", "true", "a b", "it's", "x\nended: never", "", on: kernel)
        #expect(
            try kernel.read("here/recording.txt")
                .contains("\ncommand: true 'a b' 'it'\\''s' 'x\\nended: never' ''\n"))
    }
}
