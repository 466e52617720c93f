import Testing
import Timeline

@Suite("What klp-record says of a recording")
struct RecordingNotesTests {
    @Test("is told from a log that is called so")
    func form() {
        #expect(RecordingNotes("[    1.000000] livepatch: enabling patch 'fix'\n") == nil)
        #expect(RecordingNotes("recorder: 1234.5678\nended: 2026-11-21\n")?.missing == [])
    }

    @Test("names each thing that is known to be missing, in its order")
    func missing() {
        let notes = RecordingNotes(
            """
            recorder: 1234.5678
            command: insmod fix.ko
            incomplete: a transition goes on
            trace events lost: 912
            incomplete: trace: no room on the disk
            ended: 2026-11-21

            """)
        #expect(notes?.missing == ["a transition goes on", "trace: no room on the disk"])
    }

    @Test("that does not come to its end is incomplete")
    func end() {
        #expect(RecordingNotes("recorder: 1234.5678\n")?.missing == ["the recorder did not come to its end"])
    }
}
