/// What klp-record says of a recording: the file `recording.txt` beside the logs.
public struct RecordingNotes: Hashable, Sendable {
    /// What the file is called.
    public static let fileName = "recording.txt"

    /// What is known to be missing of the recording: a sentence each.
    public let missing: [String]

    private static let incomplete = "incomplete: "

    /// Reads the file's text; nil if klp-record did not write it.
    ///
    /// What a recorded command printed is not in the file, and its own text is on one line: a line that begins with a key is a
    /// statement of the recorder.
    public init?(_ text: String) {
        guard text.hasPrefix("recorder: ") else { return nil }
        let lines = text.split(separator: "\n")
        var missing = lines.filter { $0.hasPrefix(Self.incomplete) }.map { String($0.dropFirst(Self.incomplete.count)) }
        if !lines.contains(where: { $0.hasPrefix("ended: ") }) {
            missing.append("the recorder did not come to its end")
        }
        self.missing = missing
    }
}
