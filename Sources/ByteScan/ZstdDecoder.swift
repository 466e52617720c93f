internal import CZstd

/// Decodes zstd frames, one after the other.
///
/// libzstd forgets what a call has written if the same call then meets an error. So each call is given exactly what
/// completes one block, or one header, never both:
///
///     frame header | block header | block | block header | block | checksum
///     `--- call ---'`--- call ----'`-call-'`--- call ----'`-call-'
///
/// and an error costs no block but its own.
final class ZstdDecoder {
    /// libzstd's hint for the next input counts the header after a block too.
    private static let blockHeaderSize = 3

    private let input: BufferedInput
    private let stream: OpaquePointer
    private var hint: Int
    private var isInFrame = false
    /// The last call filled the output: libzstd may hold more.
    private var mayHoldOutput = false
    private var decoded = 0

    init(_ input: BufferedInput) throws(ByteSourceError) {
        guard let stream = ZSTD_createDStream() else {
            throw .corrupt(
                name: input.name, container: .zstd, offset: 0, decoded: 0, reason: "no memory for the decoder")
        }
        self.input = input
        self.stream = stream
        hint = ZSTD_initDStream(stream)
    }

    deinit {
        ZSTD_freeDStream(stream)
    }

    /// Returns as soon as there are decoded bytes; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ByteSourceError) -> Int {
        while true {
            if !mayHoldOutput, input.unread.isEmpty, try !input.fill() {
                guard isInFrame else { return 0 }
                throw .truncated(name: input.name, container: .zstd, offset: input.offset, decoded: decoded)
            }
            let count = try step(into: buffer)
            if count > 0 { return count }
        }
    }

    private func step(into buffer: UnsafeMutableRawBufferPointer) throws(ByteSourceError) -> Int {
        let wanted = hint > Self.blockHeaderSize ? hint - Self.blockHeaderSize : max(hint, 1)
        let offered = mayHoldOutput ? 0 : min(wanted, input.unread.count)
        var source = ZSTD_inBuffer(src: input.unread.baseAddress, size: offered, pos: 0)
        var output = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
        let result = ZSTD_decompressStream(stream, &output, &source)
        guard ZSTD_isError(result) == 0 else {
            throw .corrupt(
                name: input.name, container: .zstd, offset: input.offset, decoded: decoded,
                reason: String(cString: ZSTD_getErrorName(result)))
        }
        input.consume(source.pos)
        hint = result
        isInFrame = result != 0
        mayHoldOutput = isInFrame && output.pos == output.size
        decoded += output.pos
        return output.pos
    }
}
