import ByteScan
import KernelLog

/// One input: what it is called, what reading it gave, and why it could not be read if it could not.
public struct Source: Sendable {
    /// The path as the user gave it, or as found below a directory that the user gave; `-` is standard input.
    public var name: String
    /// What reading it gave; nil if it could not be opened.
    public var summary: ReadSummary?
    /// Why it could not be opened, or not be read to its end.
    public var error: ByteSourceError?
    /// The boots that it shows.
    public var boots: [Boot]
    /// What the recorder says of it, if klp-record made it.
    public var notes: RecordingNotes?

    /// The directory that the name stands in; empty if it has none.
    public var directory: Substring { name[..<(name.lastIndex(of: "/") ?? name.startIndex)] }

    /// Reads a source.
    ///
    /// - Parameters:
    ///   - path: a path, or `-` for standard input.
    ///   - index: its place among the inputs; goes into every `Place`.
    ///   - needles: what a line must hold to be delivered.
    ///   - format: how to read it; nil to find out.
    public init(path: String, index: Int, needles: [String], format: LogFormat? = nil) {
        name = path
        boots = []
        do throws(ByteSourceError) {
            var bytes = try ByteSource(path: path)
            read(&bytes, index, needles, format)
        } catch {
            self.error = error
        }
    }

    /// Reads text that is already in memory.
    public init(text: some Sequence<UInt8>, name: String, index: Int, needles: [String], format: LogFormat? = nil) {
        self.name = name
        boots = []
        var bytes = ByteSource(bytes: Array(text), name: name)
        read(&bytes, index, needles, format)
    }

    /// Records become boots as they are read: only what says something is kept.
    private mutating func read(_ bytes: inout ByteSource, _ index: Int, _ needles: [String], _ format: LogFormat?) {
        var splitter = BootSplitter(source: index)
        let summary = LogReader(source: index, needles: needles, format: format).read(&bytes) { splitter.take($0) }
        boots = splitter.finish(isUnordered: summary.format == .netconsole)
        self.summary = summary
        error = summary.error
    }
}
