/// The first bytes of a `trace.dat`.
struct TraceFileHeader: Hashable, Sendable {
    static let magic: [UInt8] = [0x17, 0x08, 0x44] + Array("tracing".utf8)
    /// Pages that are smaller have no room for an event; bigger ones nobody asks a kernel for.
    static let pageSizes = 64...(1 << 20)

    var version: Int
    var isBigEndian: Bool
    var longSize: Int
    var pageSize: Int
    /// `none`, `zstd 1.5.4`; version 6 never compresses.
    var compressionName: String
    var compression: TraceFileCompression
    /// Where the first options are, in version 7.
    var optionsOffset: Int?
    /// Where the rest of the file begins.
    var end: Int

    init(_ storage: TraceFileStorage) throws(TraceFileError) {
        guard try storage.bytes(0..<Self.magic.count) == Self.magic else {
            throw TraceFileError(reason: .notATraceFile, offset: 0)
        }
        let start = Self.magic.count..<storage.count
        var cursor = TraceFileCursor(storage, start, part: .header, isBigEndian: false)
        let version = try cursor.string(limit: 16)
        guard version == "6" || version == "7" else {
            throw TraceFileError(reason: .unsupportedVersion(version), offset: Self.magic.count)
        }
        self.version = version == "6" ? 6 : 7
        let endianness = try cursor.integer(UInt8.self)
        guard endianness < 2 else { throw cursor.damaged("byte order \(endianness)") }
        isBigEndian = endianness == 1
        longSize = Int(try cursor.integer(UInt8.self))
        guard longSize == 4 || longSize == 8 else { throw cursor.damaged("longs of \(longSize) bytes") }
        cursor = TraceFileCursor(
            storage, cursor.position..<storage.count, part: .header, isBigEndian: isBigEndian)
        pageSize = Int(try cursor.integer(UInt32.self))
        guard Self.pageSizes.contains(pageSize) else { throw cursor.damaged("pages of \(pageSize) bytes") }
        compression = .none
        compressionName = "none"
        if self.version == 7 {
            let name = try cursor.string(limit: 64)
            let version = try cursor.string(limit: 64)
            compressionName = version.isEmpty ? name : "\(name) \(version)"
            compression = try TraceFileCompression(name: name)
            optionsOffset = try cursor.offset()
        }
        end = cursor.position
    }
}
