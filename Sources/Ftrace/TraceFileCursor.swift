/// Reads the numbers and strings of one part of a `trace.dat`, one after the other. It never reads behind the part's end.
struct TraceFileCursor {
    private static let windowSize = 65_536

    let storage: TraceFileStorage
    /// Which part is read, and where it begins in the file if `storage` is not the file but a decompressed part.
    let part: TraceFilePart
    private let partOffset: Int?
    let isBigEndian: Bool

    private(set) var position: Int
    private(set) var end: Int
    /// The bytes of the storage around the position.
    private var window: [UInt8]
    private var windowStart: Int

    init(
        _ storage: TraceFileStorage, _ range: Range<Int>, part: TraceFilePart, partOffset: Int? = nil, isBigEndian: Bool
    ) {
        self.storage = storage
        self.part = part
        self.partOffset = partOffset
        self.isBigEndian = isBigEndian
        position = min(max(0, range.lowerBound), storage.count)
        end = min(max(position, range.upperBound), storage.count)
        window = storage.memory ?? []
        windowStart = 0
    }

    /// The same bytes as another part, from another position on.
    func reading(_ part: TraceFilePart, from position: Int? = nil) -> TraceFileCursor {
        TraceFileCursor(
            storage, (position ?? self.position)..<max(end, position ?? 0), part: part, partOffset: partOffset,
            isBigEndian: isBigEndian)
    }

    var remaining: Int { end - position }

    /// The place in the file, for errors.
    var fileOffset: Int { partOffset ?? position }

    func damaged(_ cause: String) -> TraceFileError {
        TraceFileError(reason: .damaged(part, cause), offset: fileOffset)
    }

    var truncated: TraceFileError { TraceFileError(reason: .truncated(part), offset: fileOffset) }
}

extension TraceFileCursor {
    mutating func integer<T: FixedWidthInteger & UnsignedInteger>(_ type: T.Type) throws(TraceFileError) -> T {
        let size = MemoryLayout<T>.size
        try need(size)
        var value: T = 0
        for index in 0..<size {
            let shift = isBigEndian ? size - 1 - index : index
            value |= T(window[position - windowStart + index]) << (8 * shift)
        }
        position += size
        return value
    }

    /// A number that counts bytes or things that follow: at most what is left.
    mutating func size<T: FixedWidthInteger & UnsignedInteger>(_ type: T.Type) throws(TraceFileError) -> Int {
        let place = self
        guard let size = Int(exactly: try integer(type)), size <= remaining else { throw place.truncated }
        return size
    }

    mutating func offset() throws(TraceFileError) -> Int {
        let place = self
        guard let offset = Int(exactly: try integer(UInt64.self)) else {
            throw place.damaged("an offset beyond any file")
        }
        return offset
    }

    mutating func skip(_ count: Int) throws(TraceFileError) {
        guard count <= remaining else { throw truncated }
        position += count
    }

    /// The next bytes.
    mutating func bytes(_ count: Int) throws(TraceFileError) -> [UInt8] {
        guard count <= remaining else { throw truncated }
        let place = self
        let bytes = try storage.bytes(position..<position + count)
        guard bytes.count == count else { throw place.truncated }
        position += count
        return bytes
    }

    /// The next bytes, without a copy if they are in memory.
    mutating func slice(_ count: Int) throws(TraceFileError) -> ArraySlice<UInt8> {
        guard let memory = storage.memory else { return try bytes(count)[...] }
        guard count <= remaining else { throw truncated }
        defer { position += count }
        return memory[position..<position + count]
    }

    /// The next bytes, without moving; fewer at the end.
    mutating func peek(_ count: Int) throws(TraceFileError) -> ArraySlice<UInt8> {
        let count = min(count, remaining)
        try need(count)
        let start = position - windowStart
        return window[start..<start + count]
    }

    /// A string up to its zero byte, of at most `limit` bytes.
    mutating func string(limit: Int = 4_096) throws(TraceFileError) -> String {
        let bytes = try peek(limit)
        guard let zero = bytes.firstIndex(of: 0) else {
            throw bytes.count < limit ? truncated : damaged("a string without end")
        }
        let text = String(decoding: bytes[..<zero], as: UTF8.self)
        position += zero - bytes.startIndex + 1
        return text
    }

    /// Whether these bytes follow; they are passed if so.
    mutating func passes(_ expected: String) throws(TraceFileError) -> Bool {
        guard try peek(expected.utf8.count).elementsEqual(expected.utf8) else { return false }
        position += expected.utf8.count
        return true
    }

    /// Has the window hold the next `count` bytes.
    private mutating func need(_ count: Int) throws(TraceFileError) {
        guard count <= remaining else { throw truncated }
        guard position < windowStart || position + count > windowStart + window.count else { return }
        window = try storage.bytes(position..<min(end, position + max(count, Self.windowSize)))
        windowStart = position
        guard window.count >= count else { throw truncated }
    }
}
