import ByteScan
import Conformance
import KernelLog
import Livepatch
import ReferenceEngine
import Testing
import Timeline

/// What a correct kernel may print about shadow variables raises nothing, wherever the log begins, ends or lacks lines.
struct ShadowVariableTests {
    private let name = "test_klp_shadow_vars"

    private func rules(_ log: Dmesg) -> [String] {
        (log.analysis()?.findings ?? []).filter { $0.severity == .error }.map {
            "\($0.rule.rawValue) line \($0.place?.record.place.line ?? 0)"
        }
    }

    // MARK: The recorded runs

    @Test func theSelftestConformsAndLeavesNothing() throws {
        let analysis = try #require(Dmesg.shadowSelftest.analysis())
        #expect(analysis.verdict == .conforms)
        let use = try #require(analysis.shadowUses.first)
        #expect(analysis.shadowUses.count == 1)
        #expect([use.calls, use.verified, use.created, use.freed, use.left] == [29, 29, 6, 6, 0])
        #expect(analysis.finalState.shadowVariables.count == 0)
    }

    @Test func theSamplesFreeWhatTheyCreated() throws {
        let analysis = try #require(Dmesg.shadowSamples.analysis())
        #expect(analysis.verdict == .conforms)
        #expect(analysis.shadowUses.map(\.created) == [30, 0])
        #expect(analysis.shadowUses.map(\.freed) == [18, 12])
        #expect(analysis.shadowUses.map(\.left) == [0, 0])
    }

    @Test func sampleLinesAloneConformIfAnyCouldBeHeldAgainstAnother() throws {
        let lines = Dmesg(lines: Dmesg.shadowSamples.lines.filter { $0.hasPrefix("livepatch_shadow_fix") })
        #expect(lines.analysis()?.verdict == .conforms)
        let one = Dmesg("livepatch_shadow_fix1: livepatch_fix1_dummy_free: dummy @ 00000000c028d7e5 leaked!")
        #expect(one.analysis()?.verdict == .inconclusive)
        #expect(one.analysis()?.hasSomethingToVerify == false)
    }

    // MARK: Excerpts

    @Test(arguments: Dmesg.shadowLogs) func aLogMayBeginAnywhere(_ log: Dmesg) throws {
        for start in log.lines.indices {
            let rest = Dmesg(lines: Array(log.lines[start...]))
            #expect(rules(rest) == [], "from \(log.lines[start])")
        }
    }

    @Test(arguments: Dmesg.shadowLogs) func aLogMayEndAnywhere(_ log: Dmesg) throws {
        for end in log.lines.indices {
            let analysis = Dmesg(lines: Array(log.lines[...end])).analysis()
            #expect(analysis?.verdict != .violates, "to \(log.lines[end])")
        }
    }

    @Test(arguments: Dmesg.shadowLogs) func linesThatAreKnownToBeLostAreNotMissed(_ log: Dmesg) throws {
        for start in stride(from: 1, to: log.lines.count, by: 3) {
            for count in [1, 2, 3, 7, 20] where start + count < log.lines.count {
                var lines = log.lines
                lines.replaceSubrange(start..<(start + count), with: ["** \(count) printk messages dropped **"])
                let analysis = try #require(Source.bare(lines).map { Analysis(of: $0) })
                let errors = analysis.findings.filter { $0.severity == .error }
                #expect(errors.isEmpty, "\(count) lines from \(log.lines[start])")
            }
        }
    }

    @Test func aCallCutByTheEndIsPending() throws {
        let log = Dmesg.shadowSelftest
        let place = try #require(log.lines.firstIndex { $0.contains("klp_shadow_free(obj=PTR1") })
        let analysis = try #require(Dmesg(lines: Array(log.lines[..<place])).analysis())
        #expect(analysis.verdict == .inconclusive)
        #expect(analysis.undecided.map(\.reason) == [.pending])
    }

    @Test func aCallCutByTheBeginningIsUndecided() throws {
        let log = Dmesg.shadowSelftest
        let place = try #require(log.lines.firstIndex { $0.contains("got expected PTR3") })
        let analysis = try #require(Dmesg(lines: Array(log.lines[place...])).analysis())
        #expect(analysis.verdict == .inconclusive)
        #expect(analysis.undecided.map(\.reason) == [.beganBefore])
    }

    @Test func afterACrashNothingIsMissed() throws {
        let log = Dmesg.shadowSelftest
        for end in log.lines.indices.dropFirst(2) {
            let crash = ["BUG: unable to handle page fault for address: 0000000000001234", "usb 1-1: new device"]
            let broken = Dmesg(lines: Array(log.lines[...end]) + crash + Array(log.lines[(end + 1)...].dropFirst(2)))
            #expect(rules(broken) == [], "after \(log.lines[end])")
        }
    }

    // MARK: Legal variations

    @Test(arguments: [["PTR1", "PTR9", "PTR14"], ["PTR14", "PTR1", "PTR9"], ["PTR9", "PTR14", "PTR1"]])
    func freeAllComesToTheObjectsInAnyOrder(_ order: [String]) throws {
        let analysis = try #require(Dmesg.freeAllWithDestructor(order).analysis())
        #expect(analysis.findings.isEmpty)
        #expect(analysis.verdict == .conforms)
        #expect(analysis.shadowUses.map(\.freed) == [6])
    }

    @Test func livepatchLinesMayStandBetween() throws {
        let livepatch = Dmesg.demoEnabled + .demoDisabled
        let lines = Dmesg.shadowSelftest.lines.enumerated().flatMap { place, line in
            place > 2 && place - 3 < livepatch.lines.count ? [line, livepatch.lines[place - 3]] : [line]
        }
        let analysis = try #require(Dmesg(lines: lines).analysis())
        #expect(analysis.findings.isEmpty)
        #expect(analysis.verdict == .conforms)
        #expect(analysis.operations.count == 4)
    }

    @Test(arguments: [["0x1234", "0x1235"], ["0x2234", "0x2235"]]) func twoModulesMayWorkAtOnce(_ ids: [String]) throws
    {
        let own = Dmesg.shadowSelftest.lines
        let other = Dmesg.shadowSelftest.replacing(name, with: "test_klp_shadow_other")
            .replacing("0x1234", with: ids[0]).replacing("0x1235", with: ids[1]).lines
        for offset in [1, 2, 5, 30, 52] {
            let mixed = own.enumerated().flatMap { place, line in
                place >= offset ? [line, other[place - offset]] : [line]
            }
            let log = Dmesg(lines: mixed + other.suffix(offset))
            #expect(rules(log) == [])
            #expect(log.analysis()?.shadowUses.map(\.calls) == [29, 29])
        }
    }

    @Test func aModuleMayBeLoadedAgain() throws {
        let twice = Dmesg.shadowSelftest + .shadowSelftest
        #expect(twice.analysis()?.verdict == .conforms)
        #expect(twice.analysis()?.shadowUses.map(\.created) == [12])
        let withoutCommands = Dmesg(lines: twice.lines.filter { $0.hasPrefix(name) })
        #expect(rules(withoutCommands) == [])
    }

    @Test func whatAnEarlierLoadLeftMayBeFoundByTheNext() throws {
        let log = Dmesg.shadowSelftest
        let half = try #require(log.lines.firstIndex { $0.contains("got expected PTR3 -> PTR2") })
        let found = Dmesg(
            """
            % modprobe test_klp_shadow_vars
            test_klp_shadow_vars: klp_shadow_get(obj=PTR1, id=0x1234) = PTR2
            """)
        #expect(rules(Dmesg(lines: Array(log.lines[...half])) + found) == [])
    }

    @Test func theFreeOfWhatIsNotThereIsSilent() throws {
        let log = Dmesg.shadowSelftest.doubling("klp_shadow_free(obj=PTR9").doubling("klp_shadow_free_all")
        #expect(log.analysis()?.verdict == .conforms)
    }

    @Test func anAllocationMayFailForWantOfMemory() throws {
        let log = Dmesg.shadowSelftest.inserting(
            "test_klp_shadow_vars: klp_shadow_alloc(obj=PTR20, id=0x1, size=8, gfp_flags=GFP_ATOMIC), ctor=PTR4, ctor_data=PTR2 = PTR0",
            after: "klp_shadow_free_all")
        #expect(rules(log) == [])
    }

    @Test func aDuplicateIsTheCallersFaultOnly() throws {
        let log = Dmesg.shadowSelftest.inserting(
            """
            ------------[ cut here ]------------
            Duplicate shadow variable <000000004c940272, 1234>
            WARNING: CPU: 0 PID: 984 at kernel/livepatch/shadow.c:165 __klp_shadow_get_or_alloc+0x1e5/0x250
            test_klp_shadow_vars: klp_shadow_alloc(obj=PTR1, id=0x1234, size=8, gfp_flags=GFP_KERNEL), ctor=PTR4, ctor_data=PTR2 = PTR0
            """, after: "got expected PTR13")
        let analysis = try #require(log.analysis())
        #expect(analysis.findings.map(\.rule) == [.duplicateShadowVariable])
        #expect(analysis.findings.map(\.severity) == [.warning])
        #expect(analysis.verdict == .conforms)
    }

    @Test func aWarnThatTheLogDoesNotShowIsLeftOpen() throws {
        let duplicate =
            "test_klp_shadow_vars: klp_shadow_alloc(obj=PTR1, id=0x1234, size=8, gfp_flags=GFP_KERNEL), ctor=PTR4, ctor_data=PTR2 = PTR0"
        let log = Dmesg.shadowSelftest.inserting(duplicate, after: "got expected PTR16")
        // Without constructor's line and WARN the allocation may just have failed for want of memory only if nothing is there.
        let analysis = try #require(log.analysis())
        #expect(analysis.verdict == .inconclusive)
        #expect(analysis.undecided.map(\.reason) == [.silentLoss])
        #expect((Dmesg.boot + log).analysis()?.findings.map(\.rule) == [.duplicateShadowVariable])
    }

    @Test func aVariableOutlivesItsLivepatchAndTheDummyItWasFor() throws {
        let log =
            Dmesg("% insmod livepatch-shadow-fix1") + .enable("livepatch_shadow_fix1")
            + Dmesg("livepatch_shadow_fix1: livepatch_fix1_dummy_alloc: dummy @ 00000000c028d7e5, expires @ ffff8960")
            + .disable("livepatch_shadow_fix1")
            + Dmesg(
                """
                dummy_free: dummy @ 00000000c028d7e5, expired = ffff8960
                dummy_alloc: dummy @ 00000000c028d7e5, expires @ ffff8f60
                % rmmod livepatch_shadow_fix1
                livepatch_shadow_fix1: livepatch_fix1_dummy_leak_dtor: dummy @ 00000000c028d7e5, prevented leak @ 00000000e9466c21
                """)
        let analysis = try #require(log.analysis())
        #expect(analysis.verdict == .conforms)
        #expect(analysis.shadowUses.map(\.left) == [0])
    }

    @Test func aLogOfTheFirstSelftestsConforms() throws {
        #expect(Dmesg.shadowSelftestOfOtherNumbers.analysis()?.verdict == .conforms)
    }

    // MARK: One fault, one finding

    @Test func whereOneLineIsWrongAllOthersAreNotBlamed() throws {
        let log = Dmesg.shadowSelftest
        for place in log.lines.indices where log.lines[place].hasPrefix(name) {
            var lines = log.lines
            lines.remove(at: place)
            let found = rules(Dmesg(lines: lines))
            #expect(found.count == 1, "without \(log.lines[place]): \(found)")
        }
    }

    @Test func aFindingNamesWhatWasExpectedAndWhy() throws {
        let log = Dmesg.shadowSelftest.replacingFirst("id=0x1235) = PTR11", with: "id=0x1235) = PTR16")
        let finding = try #require(log.analysis()?.findings.first)
        #expect(finding.rule == .variablesAreIndependent)
        #expect(finding.because?.record.message.contains("klp_shadow_alloc(obj=PTR9, id=0x1235") == true)
        guard case .insteadOf(let expectation) = finding.subject else {
            Issue.record("\(finding.subject)")
            return
        }
        #expect(
            Catalogue.print(expectation.event, for: .linux55)
                == "test_klp_shadow_vars: klp_shadow_get(obj=PTR9, id=0x1235) = PTR11")
    }
}

extension Source {
    /// The only boot of a log whose lines have stamps, except those that tell of a loss.
    fileprivate static func bare(_ lines: [String]) -> Boot? {
        let text = lines.enumerated().map { place, line in
            line.hasPrefix("** ") ? line + "\n" : "[   \(100 + place).000000] \(line)\n"
        }
        return Source(text: text.joined().utf8, name: "test", index: 0, needles: Needles.all).boots.first
    }
}
