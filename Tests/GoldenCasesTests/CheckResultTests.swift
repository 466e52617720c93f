import GoldenCases
import Livepatch
import Scenarios
import Testing

/// The check that this replaces compares filtered text with frozen text, and over the years failed on each of these for no
/// fault of livepatch's. Each passes here, and with a real fault in the same log each fails.
@Suite struct CheckResultTests {
    @Test(arguments: Disturbance.all) func whatIsNoFaultDoesNotFail(_ disturbance: Disturbance) throws {
        let log = try disturbance.log()
        let check = try log.check(at: disturbance.beginning, scenario: disturbance.scenario)
        #expect(check.outcome == disturbance.outcome)
        #expect(check.unexpected.isEmpty && check.findings.isEmpty)
    }

    @Test(arguments: Disturbance.all.filter { $0.outcome == .passed }, Fault.all)
    func aRealFaultInTheSameLogFails(_ disturbance: Disturbance, _ fault: Fault) throws {
        let log = try disturbance.log()
        let faulty = log.with(fault.edit)
        try #require(faulty.lines != log.lines)
        #expect(try faulty.check(at: disturbance.beginning, scenario: disturbance.scenario).outcome == .failed)
    }
}

/// A fault of the kernel in the log of the busy target module.
struct Fault: CustomTestStringConvertible {
    let testDescription: String
    let edit: @Sendable (inout [String]) -> Void

    static let all = [
        Fault(testDescription: "a callback does not run") { $0.removeFirst(with: "post_unpatch_callback: vmlinux") },
        Fault(testDescription: "a callback runs twice") { lines in
            guard let place = lines.firstIndex(where: { $0.contains("pre_patch_callback: vmlinux") }) else { return }
            lines.insert(lines[place], at: place)
        },
        Fault(testDescription: "callbacks in the wrong order") { lines in
            let places = lines.indices.filter { lines[$0].contains("post_unpatch_callback") }.suffix(2)
            guard let first = places.first, let last = places.last else { return }
            lines.swapAt(first, last)
        },
        Fault(testDescription: "the transition is not reversed") {
            $0.removeFirst(with: "starting unpatching transition")
        },
        Fault(testDescription: "the module is not reverted") { $0.removeFirst(with: "reverting patch") },
        Fault(testDescription: "a callback for the wrong object") { lines in
            lines.replaceFirst("pre_patch_callback: vmlinux", with: "pre_patch_callback: vmlinuz")
        },
    ]
}

/// Something that is no fault, in the log of the busy target module.
struct Disturbance: CustomTestStringConvertible {
    let testDescription: String
    var beginning: Window.Beginning?
    var outcome = LogCheck.Outcome.passed
    var scenario: Scenario?
    var edit: @Sendable (inout [String]) -> Void = { _ in }

    func log() throws -> TestLog { try TestLog("selftests/test-callbacks-busy-target-module").with(edit) }

    static let all = [
        Disturbance(testDescription: "2019-07: the kernel has no livepatch", outcome: .inconclusive(.nothingSeen)) {
            $0.removeAll { $0.contains("livepatch: ") || $0.contains(" test_klp") }
        },
        Disturbance(
            testDescription: "2019-07: the kernel says that it has no livepatch",
            outcome: .inconclusive(
                .notDone(
                    "test_klp_callbacks_demo: module is marked as livepatch module, but livepatch support is disabled"))
        ) { lines in
            lines.removeAll { $0.contains("livepatch: ") || $0.contains(" test_klp") }
            lines.append(
                "[   78.000000] test_klp_callbacks_demo: module is marked as livepatch module, "
                    + "but livepatch support is disabled")
        },
        Disturbance(testDescription: "2019-10: a machine so slow that a step takes a minute") { lines in
            lines.restamp { number, _ in "\(100 + number * 60).000000" }
        },
        Disturbance(testDescription: "2020-07: another insmod words its commands and errors otherwise") { lines in
            lines.replaceAll("% modprobe ", with: "% insmod test_modules/")
            lines.insert("[   78.500000] insmod: can't insert 'x.ko': unknown symbol in module", at: lines.count - 3)
        },
        Disturbance(testDescription: "2020-07: an older test in the same log") { lines in
            lines.insert(contentsOf: older, at: 0)
        },
        Disturbance(
            testDescription: "2020-07: an older test before the canary", beginning: .canary("canary of this run")
        ) { lines in
            lines.insert(contentsOf: older + ["[   77.000000] livepatch kselftest: canary of this run"], at: 0)
        },
        Disturbance(testDescription: "2020-08: lines with equal stamps") { lines in
            lines.restamp { _, stamp in String(stamp.prefix(4)) + "000000" }
        },
        Disturbance(testDescription: "2023-12: a record of several lines, of which only the first has a stamp") {
            lines in
            lines.insert(
                contentsOf: [
                    "[   78.000000] qeth 0.0.bd00: portname is BLUE",
                    "               with link type OSD Express.",
                    "               livepatch is not spoken of",
                ], at: 8)
        },
        Disturbance(
            testDescription: "2023-12: the ring buffer has overwritten the canary",
            beginning: .canary("canary of this run"), outcome: .inconclusive(.windowLost)),
        Disturbance(testDescription: "2025-01: caller ids") { lines in
            lines = lines.map { line in
                guard let end = line.firstIndex(of: "]") else { return line }
                return line[...end] + (line.contains("livepatch:") ? "[ T3682]" : "[    C1]") + line[end...].dropFirst()
            }
        },
        Disturbance(testDescription: "2025-03: a kernel without dynamic debug") { lines in
            let debug = [": initializing ", ": completing ", ": reversing ", ": canceling "]
            lines.removeAll { line in debug.contains { line.contains($0) } }
        },
        Disturbance(testDescription: "2025-08: SUSE's own line") { lines in
            let text =
                "livepatch: attempt to disable live patch test_klp_callbacks_demo, setting NO_SUPPORT taint flag"
            let place = lines.firstIndex { $0.contains("reversing transition") } ?? 0
            lines.insert("[   78.142000] \(text)", at: place)
        },
        Disturbance(
            testDescription: "2026-03: modules that nobody has heard of",
            scenario: try? ScenarioFile.read(renamedScenario(), name: "scenario.yaml")
        ) { lines in
            lines.replaceAll("test_klp_callbacks", with: "brand_new")
        },
        Disturbance(testDescription: "any: a slow machine signals the remaining tasks") { lines in
            let place = lines.firstIndex { $0.contains("completing unpatching") } ?? 0
            lines.insert("[   78.700000] livepatch: signaling remaining tasks", at: place)
        },
        Disturbance(testDescription: "any: output of a module at work comes late") { lines in
            guard let place = lines.firstIndex(where: { $0.contains("busymod_work_func enter") }),
                let later = lines.firstIndex(where: { $0.contains("starting patching") })
            else { return }
            lines.insert(lines.remove(at: place), at: later)
        },
    ]

    /// An older test: of the same livepatch, and with a fault, which is none of this test's.
    private static let older = [
        "[   70.000000] ===== TEST: target module not present =====",
        "[   70.100000] livepatch: enabling patch 'test_klp_callbacks_demo'",
        "[   70.200000] test_klp_callbacks_demo: post_patch_callback: vmlinux",
    ]

    private static func renamedScenario() -> String {
        let path = Repository.golden("selftests/test-callbacks-busy-target-module").scenarioPath
        return ((try? SmallFile.text(of: path)) ?? "").replacing("test_klp_callbacks", with: "brand_new")
    }
}

extension [String] {
    fileprivate mutating func removeFirst(with part: String) {
        if let place = firstIndex(where: { $0.contains(part) }) { remove(at: place) }
    }

    fileprivate mutating func replaceAll(_ old: String, with new: String) {
        self = map { $0.replacing(old, with: new) }
    }

    fileprivate mutating func replaceFirst(_ old: String, with new: String) {
        guard let place = firstIndex(where: { $0.contains(old) }) else { return }
        self[place] = self[place].replacing(old, with: new)
    }

    /// Gives each line another stamp: from its number and the stamp it has.
    fileprivate mutating func restamp(_ stamp: (Int, Substring) -> String) {
        self = enumerated().map { number, line in
            guard line.hasPrefix("["), let end = line.firstIndex(of: "]") else { return line }
            let old = line[line.index(after: line.startIndex)..<end].drop { $0 == " " }
            return "[ \(stamp(number, old))]" + line[line.index(after: end)...]
        }
    }
}
