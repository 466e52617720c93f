import Conformance
import Livepatch
import Reports
import Testing
import Timeline

@Suite("Logs that klp-record kept")
struct RecordingTests {
    private func report(_ notes: String, requiresCompleteness: Bool) -> Report {
        var source = Source(text: SmallLog.conforming.utf8, name: "kmsg.raw", index: 0, needles: Needles.all)
        source.notes = RecordingNotes(notes)
        var report = makeReport(of: [source])
        report.requiresCompleteness = requiresCompleteness
        return report
    }

    private static let lossy = "recorder: 1.2\nincomplete: the reader ended\nended: today\n"

    @Test("what the recorder says is missing is said, and counts where everything must be there")
    func lossy() {
        #expect(report(Self.lossy, requiresCompleteness: true).verdict == .inconclusive)
        let lenient = report(Self.lossy, requiresCompleteness: false)
        #expect(lenient.verdict == .conforms)
        #expect(TextReport(lenient).text.contains("lost: klp-record says: the reader ended"))
    }

    @Test("a recording of which nothing is missing conforms, and nothing is said of it")
    func whole() {
        let whole = report("recorder: 1.2\nended: today\n", requiresCompleteness: true)
        #expect(whole.verdict == .conforms)
        #expect(!TextReport(whole).text.contains("klp-record"))
    }
}
