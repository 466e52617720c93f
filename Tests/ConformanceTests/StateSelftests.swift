import Conformance
import Livepatch
import Testing

@Suite("The selftests of the proposals whose states have callbacks")
struct StateSelftests {
    private static let all = [StateLogs.of2023, .of2025].flatMap { logs in logs.selftests.map { (logs.proposal, $0) } }

    @Test("conform and tell the proposal", arguments: all)
    func conform(proposal: Generation, log: Dmesg) throws {
        let analysis = try #require(log.analysis())
        #expect(analysis.findings.isEmpty)
        #expect(analysis.verdict == .conforms)
        #expect(analysis.generations == [proposal])
    }

    @Test(
        "conform without debug lines, without the harness's lines, after a boot, and under other modules' names",
        arguments: all)
    func conformInOtherForms(proposal: Generation, log: Dmesg) throws {
        let kernelOnly = log.withoutAll("% ", "=====", "ERROR")
        let renamed = log.replacing("test_klp_state", with: "fix").replacing("test_klp_speaker", with: "speaker")
        let boot = Dmesg("Linux version 6.12.117 (build@host) #1 SMP PREEMPT_DYNAMIC")
        let forms = [
            log.withoutDebugLines, log.withNoise, kernelOnly, boot + log, boot + kernelOnly, renamed, boot + renamed,
        ]
        for form in forms {
            let analysis = try #require(form.analysis())
            #expect(analysis.findings.isEmpty, "\(form.text)")
            #expect(analysis.verdict == .conforms, "\(form.text)")
        }
    }

    @Test("conform in one boot", arguments: [StateLogs.of2023, .of2025])
    func conformTogether(logs: StateLogs) throws {
        let boot = Dmesg("Linux version 6.12.117 (build@host) #1 SMP PREEMPT_DYNAMIC")
        let analysis = try #require(logs.selftests.reduce(boot, +).analysis())
        #expect(analysis.findings.isEmpty)
        #expect(analysis.verdict == .conforms)
    }

    @Test("do not conform with one line of a state twice, or two lines in each other's place", arguments: all)
    func oneFaultIsFound(proposal: Generation, log: Dmesg) throws {
        let places = log.lines.indices.filter { log.lines[$0].isOfState }
        for place in places {
            var doubled = log
            doubled.lines.insert(log.lines[place], at: place)
            var swapped = log
            swapped.lines.swapAt(place, place + 1)
            var dropped = log
            dropped.lines.remove(at: place)
            // What a callback says of the error that it is told to return is nobody's business.
            let isForced = log.lines[place + 1].contains("forcing err")
            for faulty in isForced ? [doubled, dropped] : [doubled, swapped, dropped] {
                let analysis = try #require(faulty.analysis())
                #expect(analysis.verdict == .violates, "line \(place + 1) of\n\(faulty.text)")
                #expect(analysis.findings.count { $0.severity == .error } == 1, "line \(place + 1) of\n\(faulty.text)")
            }
        }
    }
}

extension String {
    /// True for the line of a state's callback, and for what comes of it.
    fileprivate var isOfState: Bool {
        contains("_callback: state") || contains("_dtor: freeing") || contains("_loglevel_state: ")
            || contains("_console_loglevel: ")
    }
}
