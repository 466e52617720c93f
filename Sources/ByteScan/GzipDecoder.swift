internal import CZlib

/// Decodes gzip members, one after the other, and tolerates zero bytes after the last (tapes and blocks are padded so).
final class GzipDecoder {
    private enum State {
        case betweenMembers
        case inMember
        case padding
    }

    /// zlib: a window of 2^15 bytes, and 16 for "expect a gzip header".
    private static let windowBits: Int32 = 15 + 16

    private let input: BufferedInput
    /// zlib keeps a pointer to it, so it must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    private var state = State.betweenMembers
    /// The last call filled the output: zlib may hold more.
    private var mayHoldOutput = false
    private var decoded = 0
    /// An error that came with decoded bytes: they are returned first.
    private var failure: ByteSourceError?

    init(_ input: BufferedInput) throws(ByteSourceError) {
        self.input = input
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let size = Int32(MemoryLayout<z_stream>.size)
        guard inflateInit2_(stream, Self.windowBits, ZLIB_VERSION, size) == Z_OK else {
            throw error("no memory for the decoder")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Returns as soon as there are decoded bytes; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ByteSourceError) -> Int {
        if let failure { throw failure }
        while true {
            if !mayHoldOutput, input.unread.isEmpty, try !input.fill() {
                guard state == .inMember else { return 0 }
                throw .truncated(name: input.name, container: .gzip, offset: input.offset, decoded: decoded)
            }
            if state != .inMember { try passMemberEnd() }
            guard state == .inMember else { continue }
            let count = try inflate(into: buffer)
            if count > 0 { return count }
        }
    }

    /// Decides what the bytes after a member are.
    private func passMemberEnd() throws(ByteSourceError) {
        if state == .betweenMembers { state = input.unread.first == 0 ? .padding : .inMember }
        guard state == .padding else { return }
        input.consume(input.unread.prefix { $0 == 0 }.count)
        if !input.unread.isEmpty { throw error("other data follows the zero padding") }
    }

    private func inflate(into buffer: UnsafeMutableRawBufferPointer) throws(ByteSourceError) -> Int {
        let source = input.unread
        // zlib does not write through next_in; its type only lacks the const.
        stream.pointee.next_in = UnsafeMutablePointer(mutating: source.bindMemory(to: UInt8.self).baseAddress)
        stream.pointee.avail_in = UInt32(source.count)
        stream.pointee.next_out = buffer.bindMemory(to: UInt8.self).baseAddress
        let room = UInt32(clamping: buffer.count)
        stream.pointee.avail_out = room
        let result = CZlib.inflate(stream, Z_NO_FLUSH)
        input.consume(source.count - Int(stream.pointee.avail_in))
        let count = Int(room - stream.pointee.avail_out)
        decoded += count
        mayHoldOutput = result == Z_OK && stream.pointee.avail_out == 0
        switch result {
        case Z_STREAM_END:
            state = .betweenMembers
            inflateReset(stream)
        case Z_OK, Z_BUF_ERROR:
            break
        default:
            let message = stream.pointee.msg.map { String(cString: $0) } ?? "zlib error \(result)"
            if count == 0 { throw error(message) }
            failure = error(message)
        }
        return count
    }

    private func error(_ reason: String) -> ByteSourceError {
        .corrupt(name: input.name, container: .gzip, offset: input.offset, decoded: decoded, reason: reason)
    }
}
