/// A `trace.dat`: the binary trace that trace-cmd records, version 6 or 7, plain or compressed.
///
/// ```swift
/// let trace = try TraceFile(path: "trace.dat")
/// let reading = trace.read(TraceSelection { system, _ in system == "module" }) { record in ... }
/// ```
///
/// Opening finds the parts; events are read in bounded memory, ordered by time over all CPUs and instances. Whatever is
/// damaged or missing is said with its place, and the rest is read.
public struct TraceFile: Sendable {
    let storage: TraceFileStorage
    let layout: TraceFileLayout

    /// Opens a file; one that is compressed as a whole (zstd, gzip) is decompressed, and "-" is standard input.
    ///
    /// - Throws: if nothing of it can be read.
    public init(path: String) throws(TraceFileError) {
        try self.init(TraceFileStorage(path: path))
    }

    /// Reads bytes in memory.
    ///
    /// - Throws: if nothing of them can be read.
    public init(bytes: [UInt8]) throws(TraceFileError) {
        try self.init(TraceFileStorage(bytes: bytes))
    }

    private init(_ storage: TraceFileStorage) throws(TraceFileError) {
        self.storage = storage
        layout = try TraceFileLayout(storage)
    }

    /// Whether bytes begin like a `trace.dat`.
    public static func isTraceFile(_ first: [UInt8]) -> Bool { first.starts(with: TraceFileHeader.magic) }

    /// 6 or 7.
    public var version: Int { layout.header.version }

    /// What the recorder noted.
    public var options: [TraceFileOption] { layout.options }

    /// The ring buffers, in the order of the file.
    public var buffers: [TraceFileBuffer] { layout.buffers }

    /// Traces that are stored as text.
    public var texts: [TraceFileText] { layout.texts }

    /// The events whose formats are in the file.
    public var eventNames: [TraceEventName] { layout.formats.names }

    /// Those of the events that are hits of a probe (kprobe, fprobe, uprobe).
    public var probes: [TraceEventName] {
        layout.formats.formatsThatMayNameFunctions().map { eventNames[$0] }.filter { $0.system != "ftrace" }
    }

    /// What could not be read when the file was opened: the first hundred errors.
    public var damage: [TraceFileError] { layout.damage.errors }

    /// The bytes of a trace that is stored as text.
    public func bytes(_ text: TraceFileText) throws(TraceFileError) -> [UInt8] {
        var cursor = try text.section.open(storage, layout.header)
        return try cursor.bytes(cursor.remaining)
    }
}

// MARK: - Tables

extension TraceFile {
    /// The content of a section that begins with its size; what is there if it is cut.
    private func content(
        _ part: TraceFilePart, sizeLength: Int, _ damage: inout TraceFileDamage
    ) -> ArraySlice<UInt8> {
        guard let section = layout.sections[part] else { return [] }
        do throws(TraceFileError) {
            var cursor = try section.open(storage, layout.header)
            let size = sizeLength == 4 ? Int(try cursor.integer(UInt32.self)) : try cursor.offset()
            if size > cursor.remaining { damage.append(cursor.truncated) }
            return try cursor.slice(min(size, cursor.remaining))
        } catch {
            damage.append(error)
            return []
        }
    }

    func symbols(_ damage: inout TraceFileDamage) -> SymbolTable {
        SymbolTable(kallsyms: content(.symbols, sizeLength: 4, &damage))
    }

    func taskNames(_ damage: inout TraceFileDamage) -> TaskNames {
        TaskNames(savedCommandLines: content(.commandLines, sizeLength: 8, &damage))
    }

    func printkFormats(_ damage: inout TraceFileDamage) -> [UInt64: String] {
        PrintkFormat.formats(content(.printkFormats, sizeLength: 4, &damage))
    }
}
