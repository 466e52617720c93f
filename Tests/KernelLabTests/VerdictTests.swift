import Foundation
import GoldenCases
import Laboratory
import Livepatch
import Scenarios
import Simulation
import TestSupport
import Testing

@testable import kernel_lab

/// Evidence as a guest would leave it, by the engine's own prediction.
struct Evidence {
    let scratch = Scratch()
    let scenario: Scenario
    let text: String

    /// A livepatch comes and goes.
    static let plain = SmallScenario.text(
        callbacks: "pre_patch, post_patch", steps: "- load: fix\n- disable: fix\n- unload: fix")
    /// Disabled before it is patched.
    static let race = SmallScenario.text(steps: "- {load: fix, pending: true}\n- disable: fix\n- unload: fix")

    /// One that cannot be disabled is replaced by one that can, where states have callbacks.
    static let blocked = """
        summary: A livepatch that cannot be disabled.
        generations: [states-2025]
        livepatches:
          - name: fix
            objects: [{name: vmlinux}]
            states: [{id: 1, block_disable: true}]
          - name: next
            replace: true
            objects: [{name: vmlinux}]
            states: [{id: 1}]
        steps:
          - load: fix
          - disable: fix
            fails: EINVAL
          - load: next
          - disable: next
          - unload: next
          - unload: fix
        """

    init(_ text: String) throws {
        self.text = text
        scenario = try ScenarioFile.read(text, name: "test")
    }

    func remove() { scratch.remove() }

    /// Writes the logs and says what the lab makes of them.
    ///
    /// - Parameters:
    ///   - early: the steps after which the transition is complete although the scenario has the next step come first.
    ///   - isClean: false if something is left behind.
    ///   - steps: how the steps ended; nil if the guest did not come to it.
    ///   - change: what is done to the lines, with their severity, before they are written.
    ///   - records: what is done to the records of /dev/kmsg.
    func verdict(
        early: Set<Int> = [], generation: Generation = .linux55, isClean: Bool = true,
        steps: String? = "0 0\n1 0\n2 0\n",
        _ change: (inout [(level: UInt8, text: String)]) -> Void = { _ in },
        records: ((inout [String]) -> Void)? = nil
    ) throws -> Verdict {
        let job = try GuestJob(scenario, name: "test", generation: generation)
        let assignment = try Assignment(job, text: text, evidence: scratch.path("evidence"))
        let simulation = try Simulation(of: scenario, generation: generation, early: early)
        var lines = simulation.lines.map { (level: $0.level, text: $0.text) }
        change(&lines)
        lines.insert((4, "===== TEST: test ====="), at: 0)
        let dmesg = lines.enumerated().map { number, line in
            "[   \(10 + number / 10).\(number % 10)00000] \(line.text)\n"
        }
        var raw = lines.enumerated().map { number, line in
            "\(line.level),\(700 + number),\(10_000_000 + number * 100_000),-;\(line.text)\n"
        }
        records?(&raw)
        try scratch.write(dmesg.joined(), to: "evidence/dmesg.log")
        try scratch.write(raw.joined(), to: "evidence/kmsg.raw")
        if isClean { try scratch.write("", to: "evidence/clean") }
        if let steps { try scratch.write(steps, to: "evidence/steps.log") }
        return Verdict(assignment, .performed)
    }
}

@Suite("What the lab makes of a guest's evidence")
struct VerdictTests {
    @Test("what is as predicted agrees")
    func agrees() throws {
        let evidence = try Evidence(Evidence.plain)
        defer { evidence.remove() }
        let verdict = try evidence.verdict()
        #expect(verdict.outcome == .agrees, "\(verdict.details)")
        #expect(verdict.matched == 11)
    }

    @Test("whether the guest must be clean afterwards is asked of the kernel's own generation")
    func cleanInItsGeneration() throws {
        let evidence = try Evidence(Evidence.blocked)
        defer { evidence.remove() }
        let steps = "0 0\n1 1 Invalid argument\n2 0\n3 0\n4 0\n5 0\n"
        let clean = try evidence.verdict(generation: .states2025, steps: steps)
        #expect(clean.outcome == .agrees, "\(clean.details)")
        #expect(try evidence.verdict(generation: .states2025, isClean: false, steps: steps).outcome == .differs)
    }

    @Test("evidence of a generation that nobody knows is not judged by another")
    func unknownGeneration() throws {
        let evidence = try Evidence(Evidence.plain)
        defer { evidence.remove() }
        _ = try Assignment(
            try GuestJob(evidence.scenario, name: "test"), text: evidence.text, evidence: evidence.scratch.path("x"))
        #expect(try Assignment(kept: evidence.scratch.path("x")).job.generation == .linux55)
        try evidence.scratch.write("states-2030\n", to: "x/generation")
        #expect(throws: LabError.self) { try Assignment(kept: evidence.scratch.path("x")) }
    }

    @Test("a transition that completes although a task holds it back differs, however well the log fits that")
    func held() throws {
        let evidence = try Evidence(Evidence.race)
        defer { evidence.remove() }
        #expect(try evidence.verdict().outcome == .agrees)
        let verdict = try evidence.verdict(early: [0])
        #expect(verdict.outcome == .differs)
        #expect(verdict.details.contains("after step 1 the transition completed although a task held it back"))
    }

    @Test("debug lines that are missing differ: the lab switches them on")
    func debugLines() throws {
        let evidence = try Evidence(Evidence.plain)
        defer { evidence.remove() }
        let none = try evidence.verdict { $0.removeAll { $0.level == 7 } }
        #expect(none.outcome == .differs)
        let two = try evidence.verdict { lines in
            lines.removeAll {
                $0.text.hasSuffix("initializing patching transition")
                    || $0.text.hasSuffix("completing patching transition")
            }
        }
        #expect(two.outcome == .differs)
    }

    @Test(
        "a line that nobody expects differs",
        arguments: [
            "livepatch: module fix has a stale frame on cpu 1",
            "WARNING: CPU: 0 PID: 1 at kernel/trace/ftrace.c:2100 ftrace_bug+0x100/0x200",
            "WARNING: CPU: 0 PID: 1 at kernel/livepatch/shadow.c:165 __klp_shadow_get_or_alloc+0x1e5/0x250",
            "BUG: sleeping function called from invalid context at kernel/locking/mutex.c:580",
        ])
    func unexpected(line: String) throws {
        let evidence = try Evidence(Evidence.plain)
        defer { evidence.remove() }
        let verdict = try evidence.verdict { $0.insert((4, line), at: 5) }
        #expect(verdict.outcome == .differs)
        #expect(verdict.details.contains(line.prefix(30)))
    }

    @Test("the WARN that goes with a predicted duplicate shadow variable is expected, once")
    func shadowWarning() throws {
        let evidence = try Evidence(
            SmallScenario.text(
                steps: """
                    - load: fix
                    - {shadow: alloc, by: fix, object: task, id: 0x1, ctor: construct, ctor_data: first, variable: old}
                    - {shadow: alloc, by: fix, object: task, id: 0x1, ctor: construct, ctor_data: second, variable: new}
                    """))
        defer { evidence.remove() }
        let head = "WARNING: CPU: 0 PID: 1 at kernel/livepatch/shadow.c:165 __klp_shadow_get_or_alloc+0x1e5/0x250"
        func verdict(warnings: Int) throws -> Verdict {
            try evidence.verdict(steps: "0 0\n1 0\n2 0\n") { lines in
                let place = lines.firstIndex { $0.text.hasPrefix("Duplicate") } ?? 0
                for _ in 0..<warnings { lines.insert((level: 4, text: head), at: place + 1) }
            }
        }
        let once = try verdict(warnings: 1)
        #expect(once.outcome == .agrees, "\(once.details)")
        let twice = try verdict(warnings: 2)
        #expect(twice.outcome == .differs)
    }

    @Test("a step that ended otherwise, or of which the guest says nothing, differs")
    func steps() throws {
        let evidence = try Evidence(Evidence.plain)
        defer { evidence.remove() }
        #expect(try evidence.verdict(steps: "0 0\n1 0\n2 1 Module fix is in use\n").outcome == .differs)
        #expect(try evidence.verdict(steps: "0 0\n1 0\n").outcome == .differs)
        #expect(try evidence.verdict(steps: nil).outcome == .differs)
    }

    @Test("records of /dev/kmsg that lack one, or are not there, differ")
    func records() throws {
        let evidence = try Evidence(Evidence.plain)
        defer { evidence.remove() }
        let gap = try evidence.verdict(records: { $0.remove(at: 4) })
        #expect(gap.outcome == .differs)
        #expect(gap.details.contains("kmsg.raw"))
        let operators = try evidence.verdict(records: { $0.remove(at: $0.count - 2) })
        #expect(operators.outcome == .differs, "what an operator wrote is missing")
        #expect(try evidence.verdict(records: { $0.removeAll() }).outcome == .differs)
    }

    @Test("a guest in which something is left behind differs, if nothing should be")
    func clean() throws {
        let evidence = try Evidence(Evidence.plain)
        defer { evidence.remove() }
        #expect(try evidence.verdict(isClean: false).outcome == .differs)
        let loaded = try Evidence(SmallScenario.text(steps: "- load: fix"))
        defer { loaded.remove() }
        #expect(try loaded.verdict(isClean: false, steps: "0 0\n").outcome == .agrees)
    }

    @Test("evidence without a log differs")
    func noLog() throws {
        let evidence = try Evidence(Evidence.plain)
        defer { evidence.remove() }
        _ = try evidence.verdict()
        let assignment = try Assignment(kept: evidence.scratch.path("evidence"))
        #expect(Verdict(assignment, .performed).outcome == .agrees)
        try FileManager.default.removeItem(atPath: evidence.scratch.path("evidence/dmesg.log"))
        #expect(Verdict(assignment, .performed).outcome == .differs)
    }
}
