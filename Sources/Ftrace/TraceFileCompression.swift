internal import CZlib
internal import CZstd

/// How the sections of a version 7 file are compressed.
enum TraceFileCompression: Hashable, Sendable {
    case none
    case zstd
    case zlib

    init(name: String) throws(TraceFileError) {
        switch name {
        case "none": self = .none
        case "zstd": self = .zstd
        case "zlib": self = .zlib
        default: throw TraceFileError(reason: .unsupportedCompression(name), offset: 0)
        }
    }
}

/// Decompresses one block after the other.
final class TraceFileDecompressor {
    /// `ZSTD_f_zstd1_magicless`, which the public header does not name: newer writers leave the magic number out.
    private static let magicless: Int32 = 1
    private static let magic: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]

    private let compression: TraceFileCompression
    private let context: OpaquePointer?

    init(_ compression: TraceFileCompression) {
        self.compression = compression
        context = compression == .zstd ? ZSTD_createDCtx() : nil
    }

    deinit {
        ZSTD_freeDCtx(context)
    }

    /// Decompresses a block that says how many bytes it holds. Returns nil if it could not be, or holds another number.
    func decompress(_ block: UnsafeRawBufferPointer, into buffer: UnsafeMutableRawBufferPointer) -> Bool {
        switch compression {
        case .none:
            guard block.count == buffer.count else { return false }
            buffer.copyMemory(from: block)
            return true
        case .zstd:
            guard let context else { return false }
            let format = block.starts(with: Self.magic) ? 0 : Self.magicless
            ZSTD_DCtx_setParameter(context, ZSTD_d_experimentalParam1, format)
            let size = ZSTD_decompressDCtx(context, buffer.baseAddress, buffer.count, block.baseAddress, block.count)
            return ZSTD_isError(size) == 0 && size == buffer.count
        case .zlib:
            var size = uLongf(buffer.count)
            let target = buffer.bindMemory(to: UInt8.self).baseAddress
            let source = block.bindMemory(to: UInt8.self).baseAddress
            return uncompress(target, &size, source, uLong(block.count)) == Z_OK && size == buffer.count
        }
    }

    func decompress(_ block: [UInt8], count: Int) -> [UInt8]? {
        var isWhole = false
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            isWhole = block.withUnsafeBytes { decompress($0, into: UnsafeMutableRawBufferPointer(buffer)) }
            initialized = isWhole ? count : 0
        }
        return isWhole ? bytes : nil
    }
}
