import Laboratory
import TestSupport
import Testing

@testable import kernel_lab

@Suite("How a run ends")
struct TallyTests {
    @Test("all is good if every scenario was performed and agrees")
    func good() async throws {
        let evidence = try Evidence(Evidence.plain)
        defer { evidence.remove() }
        let verdict = try evidence.verdict()
        let assignment = try Assignment(kept: evidence.scratch.path("evidence"))
        let tally = Tally(total: 1, version: "test")
        await tally.add(assignment, verdict)
        #expect(try await tally.isGood())

        let missing = Tally(total: 2, version: "test")
        await missing.add(assignment, verdict)
        await #expect(throws: LabError.self) { try await missing.isGood() }
        await #expect(throws: LabError.self) { try await Tally(total: 0, version: "test").isGood() }
    }

    @Test("one that differs, and one whose modules do not build, are told apart")
    func bad() async throws {
        let evidence = try Evidence(Evidence.plain)
        defer { evidence.remove() }
        let verdict = try evidence.verdict(steps: nil)
        let assignment = try Assignment(kept: evidence.scratch.path("evidence"))
        let differs = Tally(total: 1, version: "test")
        await differs.add(assignment, verdict)
        #expect(try await !differs.isGood())
        let failed = Tally(total: 1, version: "test")
        await failed.add(assignment, Verdict(assignment, .notBuilt("error: no such function")))
        await #expect(throws: LabError.self) { try await failed.isGood() }
    }

    @Test(
        "a kernel that died in the first try is not forgiven, a guest that was silent is",
        arguments: [("Kernel panic - not syncing: Fatal exception", false), ("nothing of note", true)])
    func lost(console: String, isGood: Bool) async throws {
        let evidence = try Evidence(Evidence.plain)
        defer { evidence.remove() }
        let verdict = try evidence.verdict()
        try evidence.scratch.write(console, to: "evidence/\(Session.lostGuest)")
        let tally = Tally(total: 1, version: "test")
        await tally.add(try Assignment(kept: evidence.scratch.path("evidence")), verdict)
        #expect(try await tally.isGood() == isGood)
    }
}
