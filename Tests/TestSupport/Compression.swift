import CZlib
import CZstd

/// One zstd frame with a checksum, in blocks of at most `blockSize` bytes.
public func zstdFrame(_ bytes: [UInt8], blockSize: Int = 1 << 17) -> [UInt8] {
    let context = ZSTD_createCCtx()
    defer { ZSTD_freeCCtx(context) }
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
    var result = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count) + 16 * (bytes.count / blockSize + 2))
    var written = 0
    for start in stride(from: 0, through: bytes.count, by: blockSize) {
        let end = min(bytes.count, start + blockSize)
        let isLast = start + blockSize > bytes.count
        bytes[start..<end].withUnsafeBytes { source in
            result.withUnsafeMutableBytes { target in
                var input = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
                var output = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: written)
                ZSTD_compressStream2(context, &output, &input, isLast ? ZSTD_e_end : ZSTD_e_flush)
                written = output.pos
            }
        }
    }
    return Array(result[..<written])
}

/// A zstd frame that decoders pass over.
public func zstdSkippableFrame(_ bytes: [UInt8]) -> [UInt8] {
    [0x53, 0x2A, 0x4D, 0x18, UInt8(bytes.count), 0, 0, 0] + bytes
}

/// One gzip member.
public func gzipMember(_ bytes: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    let size = Int32(MemoryLayout<z_stream>.size)
    deflateInit2_(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
    defer { deflateEnd(&stream) }
    var source = bytes
    var result = [UInt8](repeating: 0, count: bytes.count + bytes.count / 100 + 100)
    let written = source.withUnsafeMutableBufferPointer { source in
        result.withUnsafeMutableBufferPointer { target in
            stream.next_in = source.baseAddress
            stream.avail_in = UInt32(source.count)
            stream.next_out = target.baseAddress
            stream.avail_out = UInt32(target.count)
            deflate(&stream, Z_FINISH)
            return target.count - Int(stream.avail_out)
        }
    }
    return Array(result[..<written])
}
