import ByteScan

/// What of a `trace.dat` could not be read, where and why. What stands elsewhere in the file is read all the same.
public struct TraceFileError: Error, Hashable, Sendable {
    /// Why.
    public enum Reason: Hashable, Sendable {
        /// The file could not be opened, or a copy of its bytes not be kept, with this errno.
        case cannotOpen(errno: Int32)
        /// The path names a directory.
        case isDirectory
        /// read(2) failed with this errno.
        case readFailed(errno: Int32)
        /// The file is compressed as a whole and could not be decompressed.
        case container(ByteSourceError)
        /// The first bytes are not those of a `trace.dat`.
        case notATraceFile
        /// The file says that it has this version, which is neither 6 nor 7.
        case unsupportedVersion(String)
        /// The file's sections are compressed with an algorithm other than zstd and zlib.
        case unsupportedCompression(String)
        /// The file ends within this part.
        case truncated(TraceFilePart)
        /// This part contradicts the format.
        case damaged(TraceFilePart, String)
    }

    /// Why.
    public let reason: Reason
    /// The byte of the file at which it shows; in a compressed part, the part's first byte.
    public let offset: Int
}

/// A part of a `trace.dat`.
public enum TraceFilePart: String, Hashable, Sendable {
    /// The first bytes: magic, version, byte order, page size, compression, where the options are.
    case header = "header"
    /// A section, by its header.
    case section = "section header"
    /// The layout of ring buffer pages and events.
    case headerInfo = "header information"
    /// The formats of the tracers' own events.
    case ftraceFormats = "ftrace event formats"
    /// The formats of trace events and probes.
    case eventFormats = "event formats"
    /// The format of one event.
    case eventFormat = "event format"
    /// The addresses of functions.
    case symbols = "kallsyms"
    /// The formats of trace_printk().
    case printkFormats = "trace_printk formats"
    /// The names of the tasks.
    case commandLines = "saved command lines"
    /// The options.
    case options = "options"
    /// The table of the data of each CPU.
    case cpuTable = "table of CPUs"
    /// A chunk of compressed ring buffer pages.
    case chunk = "compressed chunk"
    /// A ring buffer page.
    case page = "ring buffer page"
    /// One event in a ring buffer page.
    case event = "event"
    /// A trace that is stored as text.
    case text = "latency trace"
}

extension TraceFileError {
    /// True if events may be missing for it, of all CPUs and from the beginning. Names of tasks and texts of trace_printk() are no
    /// events; what is damaged in the data of a CPU is known by its place.
    var mayHideEvents: Bool {
        switch reason {
        case .truncated(let part), .damaged(let part, _):
            switch part {
            case .printkFormats, .commandLines, .chunk, .page, .event, .text: false
            default: true
            }
        default: true
        }
    }
}

extension TraceFileError: CustomStringConvertible {
    /// One sentence that names the place and the cause; not the file, which the caller knows.
    public var description: String {
        switch reason {
        case .cannotOpen(let errno): "cannot be opened: \(ByteSourceError.text(of: errno))."
        case .isDirectory: "is a directory."
        case .readFailed(let errno): "cannot be read at offset \(offset): \(ByteSourceError.text(of: errno))."
        case .container(let error): error.cause
        case .notATraceFile: "is no trace.dat: its first bytes are others."
        case .unsupportedVersion(let version): "has trace.dat version '\(version)'; 6 and 7 can be read."
        case .unsupportedCompression(let name): "is compressed with '\(name)'; zstd and zlib can be read."
        case .truncated(let part): "ends within its \(part.rawValue) at offset \(offset)."
        case .damaged(let part, let cause): "has a damaged \(part.rawValue) at offset \(offset): \(cause)."
        }
    }
}

/// The first errors of a file, and how many there were. A file of damage only must not fill the memory.
struct TraceFileDamage: Sendable {
    private static let limit = 100

    private(set) var errors: [TraceFileError] = []
    private(set) var count = 0

    mutating func append(_ error: TraceFileError) {
        count += 1
        if errors.count < Self.limit { errors.append(error) }
    }

    mutating func append(_ other: TraceFileDamage) {
        count += other.count
        errors.append(contentsOf: other.errors.prefix(Self.limit - errors.count))
    }
}
