/// A ring buffer that the trace was recorded from: the top one, or an instance.
public struct TraceFileBuffer: Hashable, Sendable {
    /// The instance's name; nil for the top buffer.
    public var instance: String?
    /// The clock of its stamps: `local`, `mono`; nil if the file does not say.
    public var clock: String?
    /// The size of its pages.
    public var pageSize: Int
    /// Whether the pages are compressed.
    public var isCompressed: Bool
    /// The data of each CPU.
    public var cpus: [TraceFileCPU]
    /// True if the file has lost the table of CPUs, and the data was found without it: CPUs are numbered in the order of
    /// their data.
    public var isRecovered = false
}

/// The data of a CPU.
public struct TraceFileCPU: Hashable, Sendable {
    /// The CPU's number.
    public var id: Int
    /// Where its data begins in the file.
    public var offset: Int
    /// How many bytes it has there.
    public var size: Int

    /// Where its data ends, by a file that may say anything.
    var end: Int { offset + min(size, Int.max - offset) }
}

/// A trace that is stored as text (of a latency tracer).
public struct TraceFileText: Hashable, Sendable {
    /// The instance's name; nil for the top buffer.
    public var instance: String?
    /// The clock of its stamps, if the file says so.
    public var clock: String?
    let section: TraceFileSection
}

/// More CPUs than a kernel can have are a damaged count.
private let mostCPUs = 1 << 13

extension TraceFileBuffer {
    /// The instance of a buffer's name.
    static func instance(named name: String) -> String? { name.isEmpty ? nil : name }

    /// The clock that is marked in the kernel's list: `[local] global counter`.
    static func clock(in list: String) -> String? {
        guard let open = list.firstIndex(of: "["), let close = list[open...].firstIndex(of: "]") else {
            return list.isEmpty ? nil : list
        }
        return String(list[list.index(after: open)..<close])
    }

    /// A buffer of version 7, by its option.
    init(_ option: TraceFileOption, _ storage: TraceFileStorage, _ header: TraceFileHeader) throws(TraceFileError) {
        var cursor = TraceFileCursor(
            TraceFileStorage(bytes: option.bytes), 0..<option.bytes.count, part: .cpuTable, partOffset: option.offset,
            isBigEndian: header.isBigEndian)
        let offset = try cursor.offset()
        instance = Self.instance(named: try cursor.string())
        clock = Self.clock(in: try cursor.string())
        pageSize = Int(try cursor.integer(UInt32.self))
        guard TraceFileHeader.pageSizes.contains(pageSize) else { throw cursor.damaged("pages of \(pageSize) bytes") }
        let count = Int(try cursor.integer(UInt32.self))
        cpus = []
        isCompressed = try TraceFileSectionHeader(storage, at: offset, isBigEndian: header.isBigEndian).isCompressed
        for _ in 0..<min(count, mostCPUs) {
            let id = Int(try cursor.integer(UInt32.self))
            let offset = try cursor.offset()
            cpus.append(TraceFileCPU(id: id, offset: offset, size: try cursor.offset()))
        }
    }

    /// A buffer of version 6, by the table at the cursor.
    init(
        instance: String?, cpuCount: Int, clock: String?, header: TraceFileHeader, _ cursor: inout TraceFileCursor
    ) throws(TraceFileError) {
        self.instance = instance
        pageSize = header.pageSize
        isCompressed = false
        cpus = []
        for id in 0..<min(cpuCount, mostCPUs) {
            let offset = try cursor.offset()
            cpus.append(TraceFileCPU(id: id, offset: offset, size: try cursor.offset()))
        }
        self.clock = clock
        // Older recorders do not write it. What follows then is padding.
        guard let size = try? cursor.integer(UInt64.self), (1...64).contains(size) else { return }
        guard let bytes = try? cursor.bytes(Int(size)) else { return }
        self.clock = Self.clock(in: String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self))
    }
}
