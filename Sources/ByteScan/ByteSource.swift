/// A stream of bytes: a file, a pipe, a device, standard input, or bytes in memory; decompressed if need be.
///
/// ```swift
/// var source = try ByteSource(path: "dmesg.log.zst")
/// let summary = scanLines(of: &source, filter: LineFilter(needles: ["needle"]), contextBefore: 2, contextAfter: 2) {
///     line, bytes in ...
/// }
/// ```
///
/// This module finds lines in big buffers. It never knows what the lines mean.
///
/// zstd (frames one after the other, skippable ones too) and gzip (members one after the other, zero padding
/// after the last) are recognised by their magic number, never by the name. A stream that ends within its first magic
/// number is plain. Memory is bounded: zstd frames whose window is above 128 MiB are refused as the zstd command
/// refuses them.
///
/// Nothing is read before the first `read` or `peek`. What was only peeked at of standard input or of a named pipe is there
/// again for who opens it next. A read returns as soon as it has something, so a pipe can be followed. Bytes decoded before an error are always returned before the error is thrown; after it every
/// read throws it again.
public struct ByteSource: ~Copyable {
    /// What the user called this source; for standard input, "standard input".
    public let name: String

    private let input: BufferedInput
    private var decoder = Decoder.undetected
    /// Decompressed bytes that `peek` has seen and `read` has not returned yet.
    private var held: [UInt8] = []
    private var failure: ByteSourceError?

    private enum Decoder {
        case undetected
        case plain
        case zstd(ZstdDecoder)
        case gzip(GzipDecoder)
    }

    /// Opens a file, a pipe or a device; "-" is standard input.
    ///
    /// - Throws: `cannotOpen` and `isDirectory`.
    public init(path: String) throws(ByteSourceError) {
        let raw = try RawInput(path: path)
        name = raw.name
        input = BufferedInput(raw)
    }

    /// Reads bytes in memory, compressed or not.
    public init(bytes: [UInt8], name: String) {
        self.name = name
        input = BufferedInput(RawInput(bytes: bytes, name: name))
    }

    /// Reads the next bytes into a buffer.
    ///
    /// - Returns: the number of bytes read, at least 1; 0 at the end of the stream (or if the buffer is empty).
    /// - Throws: `readFailed`, `corrupt` and `truncated`.
    public mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(ByteSourceError) -> Int {
        input.stopPeeking()
        guard !held.isEmpty else { return try decode(into: buffer) }
        let count = min(held.count, buffer.count)
        buffer.copyBytes(from: held.prefix(count))
        held.removeFirst(count)
        return count
    }

    /// The next bytes of the stream, which the following reads will return again: `count` of them, fewer if
    /// the stream ends or fails before.
    ///
    /// - Throws: what `read` throws, if not a single byte comes before the error.
    public mutating func peek(_ count: Int) throws(ByteSourceError) -> [UInt8] {
        while held.count < count {
            do throws(ByteSourceError) {
                guard try holdMore(count - held.count) else { break }
            } catch {
                if held.isEmpty { throw error }
                break
            }
        }
        return Array(held.prefix(count))
    }

    /// Appends up to `count` bytes to `held`. Returns false at the end of the stream.
    private mutating func holdMore(_ count: Int) throws(ByteSourceError) -> Bool {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
        defer { buffer.deallocate() }
        let got = try decode(into: buffer)
        held.append(contentsOf: buffer.prefix(got))
        return got > 0
    }

    private mutating func decode(into buffer: UnsafeMutableRawBufferPointer) throws(ByteSourceError) -> Int {
        if let failure { throw failure }
        guard !buffer.isEmpty else { return 0 }
        do throws(ByteSourceError) {
            switch decoder {
            case .undetected:
                decoder = try detect()
                return try decode(into: buffer)
            case .plain: return try input.read(into: buffer)
            case .zstd(let zstd): return try zstd.read(into: buffer)
            case .gzip(let gzip): return try gzip.read(into: buffer)
            }
        } catch {
            failure = error
            throw error
        }
    }

    /// Reads only as far as the bytes are still the beginning of a magic number: a pipe whose first byte
    /// settles the question is not waited for.
    private func detect() throws(ByteSourceError) -> Decoder {
        while true {
            switch MagicNumber.match(input.unread) {
            case .none: return .plain
            case .whole(.zstd): return .zstd(try ZstdDecoder(input))
            case .whole(.gzip): return .gzip(try GzipDecoder(input))
            case .beginning: guard try input.fill() else { return .plain }
            }
        }
    }
}
