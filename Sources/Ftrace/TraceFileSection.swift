/// Where a part of the file is, and how it is stored.
struct TraceFileSection: Hashable, Sendable {
    /// What is decompressed at once is at most this big: kallsyms of a kernel has some MB.
    static let largest = 64 << 20

    var part: TraceFilePart
    /// Its bytes in the file, as stored.
    var range: Range<Int>
    /// The number of its bytes decompressed; nil if it is stored plainly.
    var decompressedSize: Int?

    /// The section's bytes, decompressed if need be.
    func open(_ storage: TraceFileStorage, _ header: TraceFileHeader) throws(TraceFileError) -> TraceFileCursor {
        guard let decompressedSize else {
            return TraceFileCursor(storage, range, part: part, isBigEndian: header.isBigEndian)
        }
        guard decompressedSize <= Self.largest else { throw damaged("\(decompressedSize) bytes when decompressed") }
        let stored = try storage.bytes(range)
        guard stored.count == range.count else {
            throw TraceFileError(reason: .truncated(part), offset: range.lowerBound)
        }
        guard let bytes = TraceFileDecompressor(header.compression).decompress(stored, count: decompressedSize) else {
            throw damaged("it cannot be decompressed to \(decompressedSize) bytes")
        }
        return TraceFileCursor(
            TraceFileStorage(bytes: bytes), 0..<bytes.count, part: part, partOffset: range.lowerBound,
            isBigEndian: header.isBigEndian)
    }

    private func damaged(_ cause: String) -> TraceFileError {
        TraceFileError(reason: .damaged(part, cause), offset: range.lowerBound)
    }
}

/// The header before each section of version 7.
struct TraceFileSectionHeader: Hashable, Sendable {
    static let optionsID = 0
    static let bufferID = 3
    private static let isCompressedFlag = 1

    var id: Int
    var isCompressed: Bool
    private static let size = 16

    /// Where the header is.
    var offset: Int
    /// What stands behind the header.
    var content: Range<Int>

    init(_ storage: TraceFileStorage, at offset: Int, isBigEndian: Bool) throws(TraceFileError) {
        guard offset < storage.count else { throw TraceFileError(reason: .truncated(.section), offset: offset) }
        let range = offset..<min(offset + Self.size, storage.count)
        var cursor = TraceFileCursor(storage, range, part: .section, isBigEndian: isBigEndian)
        self.offset = offset
        id = Int(try cursor.integer(UInt16.self))
        isCompressed = Int(try cursor.integer(UInt16.self)) & Self.isCompressedFlag != 0
        try cursor.skip(4)
        let size = try cursor.offset()
        guard size <= Int.max - cursor.position else { throw cursor.damaged("\(size) bytes") }
        content = cursor.position..<cursor.position + size
    }

    /// The section as one part. The buffers have chunks of their own instead.
    func section(
        _ part: TraceFilePart, _ storage: TraceFileStorage, isBigEndian: Bool
    ) throws(TraceFileError) -> TraceFileSection {
        guard isCompressed else { return TraceFileSection(part: part, range: content) }
        let sizes = content.lowerBound..<min(content.lowerBound + 8, content.upperBound)
        var cursor = TraceFileCursor(storage, sizes, part: part, isBigEndian: isBigEndian)
        let stored = Int(try cursor.integer(UInt32.self))
        let decompressed = Int(try cursor.integer(UInt32.self))
        let start = cursor.position
        return TraceFileSection(part: part, range: start..<start + stored, decompressedSize: decompressed)
    }
}
