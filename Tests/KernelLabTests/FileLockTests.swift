import Foundation
import TestSupport
import Testing

@testable import kernel_lab

@Suite("Two labs that use one directory")
struct FileLockTests {
    @Test("what several read nobody replaces, and what one replaces nobody reads")
    func kinds() throws {
        let scratch = Scratch()
        defer { scratch.remove() }
        try scratch.write("", to: "lock")
        let one = try FileLock(at: scratch.path("lock"))
        let other = try FileLock(at: scratch.path("lock"))
        #expect(one.take(.shared) && other.take(.shared))
        #expect(!one.take(.exclusive))
        other.release()
        #expect(one.take(.exclusive))
        #expect(!other.take(.shared))
    }

    @Test("evidence of two labs does not get into one directory")
    func evidence() throws {
        let scratch = Scratch()
        defer { scratch.remove() }
        let first = try FileLock.ofEvidence(scratch.path("out"))
        #expect(throws: LabError.self) { try FileLock.ofEvidence(scratch.path("out")) }
        first.release()
        _ = try FileLock.ofEvidence(scratch.path("out"))
    }

    @Test("only directories of labs that ended are taken away")
    func abandoned() throws {
        let scratch = Scratch()
        defer { scratch.remove() }
        for name in [
            "lab-6.1-10/file", "lab-6.1-10.lock", "lab-6.1-11/file", "lab-6.1-11.lock", "report-2023/file",
            "lab-7/file",
        ] {
            try scratch.write("", to: "work/\(name)")
        }
        let living = try FileLock(at: scratch.path("work/lab-6.1-11.lock"))
        #expect(living.take(.exclusive))
        Workplace.removeAbandoned(scratch.path("work"))
        let left = try FileManager.default.contentsOfDirectory(atPath: scratch.path("work")).sorted()
        #expect(left == ["lab-6.1-11", "lab-6.1-11.lock", "lab-7", "report-2023"])
    }
}
