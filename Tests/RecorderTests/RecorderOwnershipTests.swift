import Foundation
import TestSupport
import Testing

/// What belongs to whom: nothing of others is written to, removed or taken for dead.
@Suite struct RecorderOwnershipTests {
    @Test(arguments: Recorder.plain)
    func `a directory that others can write to is refused`(record: Recorder) throws {
        let kernel = try FakeKernel.withLog()
        defer { kernel.remove() }
        try kernel.makeDirectory("here")
        for mode in [0o777, 0o770] {
            try kernel.setMode(mode, "here")
            let result = try record("-q", "--no-trace", "-o", "here", "--", "true", on: kernel)
            #expect(result.status == 125)
            #expect(result.errors.contains("others can write to it: give a new directory"))
        }
        try kernel.setMode(0o755, "here")
        #expect(try record("--no-trace", "-o", "here", "--", "true", on: kernel).status == 0)
        #expect(try record("--no-trace", "-o", "none/here", "--", "true", on: kernel).status == 125)
        #expect(try RecorderEndTests.isAsBefore(kernel))
    }

    @Test(arguments: Recorder.all)
    func `a directory that is replaced while it is recorded to leads nobody elsewhere`(record: Recorder) throws {
        let kernel = try FakeKernel.withLog()
        defer { kernel.remove() }
        try kernel.makeDirectory("target")
        let result = try record(
            "--no-trace", "-o", "here", "--", "sh", "-c", "mv here moved; ln -s target here", on: kernel)
        #expect(result.status == 0)
        #expect(try kernel.names(in: "target") == [])
        #expect(try kernel.read("moved/recording.txt").contains("\nended: "))
    }

    @Test(arguments: Recorder.all)
    func `a recorder of another PID namespace is never taken for dead, unless somebody says so`(
        record: Recorder
    ) throws {
        let kernel = try FakeKernel()
        defer { kernel.remove() }
        let foreign = "77.88.4"
        try kernel.makeDirectory("\(FakeKernel.instances)/klp-record.\(foreign)")
        let left = "p:klp_record_77_88_4/klp_enable_patch klp_enable_patch\n"
        try kernel.write(left, to: FakeKernel.kprobes)
        for isLocked in [false, true] {
            if isLocked {
                try kernel.lock(by: "\(foreign).\(FakeKernel.bootID)")
                try kernel.write("recorder \(foreign).\(FakeKernel.bootID)\n", to: FakeKernel.state)
            }
            let before = try kernel.contents()
            for mode in ["--clean-up", "--no-trace"] {
                let result = try record(mode, on: kernel)
                #expect(result.status == 125)
                #expect(result.errors.contains("of another PID namespace"))
                #expect(result.errors.contains("'klp-record --clean-up --assume-dead'"))
            }
            #expect(try kernel.contents() == before)
        }
        #expect(try record("--stop", on: kernel).status == 125)
        #expect(try record("--clean-up", "--assume-dead", on: kernel).status == 0)
        #expect(try RecorderEndTests.isAsBefore(kernel))
    }

    @Test(arguments: Recorder.all)
    func `what only looks like a recorder's is left alone`(record: Recorder) throws {
        let kernel = try FakeKernel()
        defer { kernel.remove() }
        let names = ["klp-record.1.2.3.4", "klp-record.1.999999999.x", "klp-record.mine"]
        for name in names { try kernel.makeDirectory("\(FakeKernel.instances)/\(name)") }
        try kernel.write("p:klp_record_mine/own klp_enable_patch\n", to: FakeKernel.kprobes)
        #expect(try record("--clean-up", on: kernel).errors == "klp-record: nothing was left behind\n")
        #expect(try kernel.names(in: FakeKernel.instances) == names)
        #expect(try kernel.read(FakeKernel.kprobes) == "p:klp_record_mine/own klp_enable_patch\n")

        try kernel.write("important\n", to: "run/klp-record/mine")
        let result = try record("--clean-up", on: kernel)
        #expect(result.status == 125)
        #expect(result.errors.contains("it is not klp-record's: remove it"))
        #expect(kernel.exists("run/klp-record/mine"))
    }

    @Test(arguments: Recorder.plain)
    func `a module with livepatch in its path has lines of its own`(record: Recorder) throws {
        let kernel = try FakeKernel()
        defer { kernel.remove() }
        let control = try kernel.read(FakeKernel.control)
        try kernel.write(control + "/home/me/kernel/livepatch/x.c:3 [x]work =_ \"work\\n\"\n", to: FakeKernel.control)
        #expect(try record("--dry-run", on: kernel).output.contains("\n    2 lines, 1 of them on now\n"))
    }

    @Test(arguments: Recorder.all)
    func `a recording that had come to its end, or is another by now, is left as it is`(record: Recorder) throws {
        let kernel = try FakeKernel()
        defer { kernel.remove() }
        let dead = "1.999999999.\(try Recorder.namespace()).\(FakeKernel.bootID)"
        let text = "recorder: \(dead)\nended: well\n"
        for ending in ["inode \(try inode(of: kernel, "recording", with: text))\nended yes\n", "inode 1\n"] {
            try kernel.write("recorder \(dead)\noutput \(kernel.root)/recording\n" + ending, to: FakeKernel.state)
            #expect(try record("--clean-up", on: kernel).status == 0)
            #expect(try kernel.read("recording/recording.txt") == text)
            #expect(try kernel.names(in: "run") == [])
        }
    }

    @Test(arguments: Recorder.plain)
    func `of several that find a dead one's lock, one at a time records`(record: Recorder) throws {
        let kernel = try FakeKernel.withLog()
        defer { kernel.remove() }
        try kernel.lock(by: "1.999999999.\(try Recorder.namespace()).\(FakeKernel.bootID)")
        let result = try record.lines(
            """
            for i in 1 2 3 4; do
                { $record -q --no-trace --no-debug-lines -o here$i -- \
                    sh -c 'mkdir busy || echo overlap >> seen; sleep 0.5; echo done >> seen; rmdir busy'; } &
            done
            wait
            """, on: kernel)
        let seen = try kernel.read("seen").split(separator: "\n")
        #expect(!seen.isEmpty && !seen.contains("overlap"), "\(result.errors)")
        #expect(try kernel.names(in: "run") == [])

        // Who is about to take it over is waited for.
        try kernel.lock(by: "1.999999999.\(try Recorder.namespace()).\(FakeKernel.bootID)")
        try kernel.makeDirectory("run/klp-record.lock.takeover")
        let late = try record("-q", "--no-trace", "-o", "late", "--", "true", on: kernel)
        #expect(late.status == 125)
        #expect(late.errors.contains("cannot take"))
    }

    @Test(arguments: Recorder.plain)
    func `pointers are as long as the kernel's addresses`(record: Recorder) throws {
        let kernel = try FakeKernel()
        defer { kernel.remove() }
        #expect(try record("--dry-run", on: kernel).output.contains("patch=+24(+0($arg1)):string"))
        try kernel.write("c0000000 T klp_enable_patch\n", to: "proc/kallsyms")
        #expect(try record("--dry-run", on: kernel).output.contains("patch=+12(+0($arg1)):string"))
    }

    @Test(arguments: Recorder.plain)
    func `numbers are decimal`(record: Recorder) throws {
        let kernel = try FakeKernel()
        defer { kernel.remove() }
        #expect(try record("--dry-run", "--buffer", "010", "--wait", "08", on: kernel).output.contains(", 10 KiB"))
    }

    /// Makes a recording, and says which inode its directory is.
    private func inode(of kernel: FakeKernel, _ name: String, with text: String) throws -> Int {
        try kernel.write(text, to: "\(name)/recording.txt")
        let attributes = try FileManager.default.attributesOfItem(atPath: kernel.path(name))
        return attributes[.systemFileNumber] as? Int ?? 0
    }
}
