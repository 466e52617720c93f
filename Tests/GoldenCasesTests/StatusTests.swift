import GoldenCases
import Livepatch
import Testing

/// What a comparison says of each predicted line.
@Suite struct StatusTests {
    private let log: PredictedLog

    init() throws {
        log = try PredictedLog(
            """
            summary: A function is occupied, then it is not.
            livepatches:
              - name: fix
                objects:
                  - {name: vmlinux, functions: [do_work], callbacks: [pre_patch, post_patch, post_unpatch]}
                  - {name: driver, functions: [driver_work], callbacks: [pre_patch]}
            modules:
              - {name: driver, init: driver_init}
            steps:
              - occupy: do_work
              - load: fix
                fails: EBUSY
              - vacate: do_work
              - load: fix
              - load: driver
            """)
    }

    @Test func eachLineIsMatchedAtItsPlace() throws {
        let check = try log.check()
        #expect(check.outcome == .passed)
        for line in check.lines {
            guard case .matched(let seen) = line.status else {
                Issue.record("\(line.predicted.text): \(line.status)")
                continue
            }
            #expect(log.lines[seen.record.place.line - 1] == line.predicted.text)
        }
        #expect(check.lines.count == log.lines.count { !$0.hasPrefix("%") && !$0.hasPrefix("#") })
    }

    @Test func aMissingLineKnowsItsNeighbourAndWhatMayHaveBeenMeant() throws {
        let check = try log.check { $0.change("patch 'fix' to loading", to: "patch 'other' to loading") }
        #expect(check.outcome == .failed)
        let line = try #require(check.lines.first { $0.predicted.text.contains("to loading module") })
        guard case .missing(let nearest?) = line.status else {
            Issue.record("\(line.status)")
            return
        }
        #expect(nearest.record.message.contains("'other'"))
        #expect(line.after?.record.message.contains("'fix': patching complete") == true)
        #expect(check.unexpected == [nearest])
    }

    @Test func aLineThatIsNotThereIsMissing() throws {
        let check = try log.check { $0.drop("failed to patch object") }
        #expect(check.outcome == .failed)
        #expect(check.statuses("failed to patch object") == [.missing(nearest: nil)])
        #expect(check.counts["missing"] == 1 && check.unexpected.isEmpty)
    }

    @Test func aLineAtAnotherPlaceIsOutOfOrder() throws {
        let check = try log.check { $0.move("post_patch_callback: vmlinux", behind: "patching complete") }
        #expect(check.outcome == .failed)
        #expect(check.counts["out of order"] == 1 && check.unexpected.isEmpty)
    }

    @Test(arguments: [("'do_work'", "'do_other'"), ("(-16)", "(-22)")])
    func anotherFunctionOrErrorIsADifference(_ old: String, _ new: String) throws {
        let check = try log.check { $0.change(old, to: new) }
        #expect(check.outcome == .failed)
        guard case .differs(let seen)? = check.statuses("failed to register ftrace handler").first else {
            Issue.record("\(check.counts)")
            return
        }
        #expect(seen.record.message.contains(new))
        #expect(check.counts["differs"] == 1 && check.unexpected.isEmpty)
    }

    @Test(arguments: [
        "livepatch: 'fix': patching complete", "livepatch: enabling patch 'other'", "driver: driver_init",
    ])
    func aLineThatNobodyPredictedIsUnexpected(_ line: String) throws {
        let check = try log.check { $0.append(line) }
        #expect(check.outcome == .failed)
        #expect(check.unexpected.map(\.record.message) == [line])
        #expect(check.problems.isEmpty)
    }

    @Test func debugLinesThatTheKernelDoesNotShowAreNotMissed() throws {
        let debug = [": initializing ", ": completing ", ": canceling "]
        let check = try log.check { lines in lines.removeAll { line in debug.contains { line.contains($0) } } }
        #expect(check.outcome == .passed && check.lacksDebugLines)
        #expect(check.counts["not shown"] == 5)
    }

    @Test func oneDebugLineAmongOthersIsMissed() throws {
        let check = try log.check { $0.drop(": canceling ") }
        #expect(check.outcome == .failed)
        #expect(check.statuses(": canceling ") == [.missing(nearest: nil)])
    }

    @Test func aCrashIsAFailureWhateverTheLinesAre() throws {
        let check = try log.check { $0.append("BUG: kernel NULL pointer dereference, address: 0000000000000010") }
        #expect(check.outcome == .failed)
        #expect(check.problems.isEmpty && check.unexpected.isEmpty)
        #expect(check.crash?.record.message.hasPrefix("BUG: kernel NULL") == true)
    }

    @Test func aCrashBeforeTheTestIsNoneOfIt() throws {
        let crash = "BUG: kernel NULL pointer dereference, address: 0000000000000010"
        let check = try log.check(at: .canary("here it begins")) { $0 = [crash, "here it begins"] + $0 }
        #expect(check.outcome == .passed)
    }

    // MARK: Logs that cannot be decided

    /// As records of /dev/kmsg, which are numbered.
    private func numbered(_ lines: [String]) -> [String] {
        lines.enumerated().map { "6,\(100 + $0.offset),\(1_000_000 + $0.offset * 1000),-;\($0.element)" }
    }

    @Test func linesThatAreProvenToBeLostDecideNothing() throws {
        let place = try #require(log.lines.firstIndex { $0.contains("completing patching") })
        #expect(try log.check { $0 = numbered($0) }.outcome == .passed)
        let check = try log.check { lines in
            lines = numbered(lines)
            lines.removeSubrange(place...(place + 1))
        }
        #expect(check.outcome == .inconclusive(.lost))
    }

    @Test func aFaultBesideALossIsAFault() throws {
        let check = try log.check { lines in
            lines.append("livepatch: enabling patch 'other'")
            lines = numbered(lines)
            lines.removeSubrange(5...6)
        }
        #expect(check.outcome == .failed)
    }

    @Test func aLogMayEndBeforeTheTestDoes() throws {
        let end = try #require(log.lines.firstIndex { $0.contains("applying patch") })
        #expect(try log.check { $0.removeSubrange(end...) }.outcome == .failed)
        #expect(try log.check { $0.removeSubrange((end - 1)...) }.outcome == .inconclusive(.endsEarly(step: 4)))
    }

    @Test func aLogMayBeginInTheMiddleOfTheTest() throws {
        let start = try #require(log.lines.firstIndex { $0.contains("canceling") })
        #expect(try log.check { $0.removeSubrange(..<start) }.outcome == .inconclusive(.beginsLate))
    }

    @Test(arguments: ["canary", "% insmod fix", "Linux version 6.1.0 (x@y) #1 SMP"])
    func aLogThatReachesBackToTheBeginningDoesNotBeginLate(_ line: String) throws {
        let beginning: Window.Beginning = line == "canary" ? .canary(line) : .heading(nil)
        let check = try log.check(at: beginning) { lines in
            lines.drop("enabling patch")
            lines = [line] + lines.dropFirst(2)
        }
        #expect(check.outcome == .failed)
    }
}
