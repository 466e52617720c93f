/// The bytes of a page or an event. Every access is checked.
struct RingBufferPayload {
    private let bytes: UnsafeRawBufferPointer
    private let isBigEndian: Bool

    /// The bytes must outlive it.
    init(_ bytes: UnsafeRawBufferPointer, isBigEndian: Bool) {
        self.bytes = bytes
        self.isBigEndian = isBigEndian
    }

    var count: Int { bytes.count }

    /// A number of 1, 2, 4 or 8 bytes, as it stands; nil if it does not lie within.
    func integer(at offset: Int, size: Int) -> UInt64? {
        guard offset >= 0, size >= 0, offset <= bytes.count - size else { return nil }
        return switch size {
        case 1: UInt64(load(offset, UInt8.self))
        case 2: UInt64(load(offset, UInt16.self))
        case 4: UInt64(load(offset, UInt32.self))
        case 8: load(offset, UInt64.self)
        default: nil
        }
    }

    /// A number with its sign.
    func integer(at offset: Int, size: Int, isSigned: Bool) -> Int64? {
        guard let value = integer(at: offset, size: size) else { return nil }
        guard isSigned else { return Int64(bitPattern: value) }
        return switch size {
        case 1: Int64(Int8(truncatingIfNeeded: value))
        case 2: Int64(Int16(truncatingIfNeeded: value))
        case 4: Int64(Int32(truncatingIfNeeded: value))
        default: Int64(bitPattern: value)
        }
    }

    /// The bytes up to a zero byte; what of the range lies within.
    func characters(at offset: Int, count: Int) -> Slice<UnsafeRawBufferPointer> {
        let start = min(max(0, offset), bytes.count)
        let end = start + min(max(0, count), bytes.count - start)
        return bytes[start..<end].prefix { $0 != 0 }
    }

    /// The same as text.
    func text(at offset: Int, count: Int) -> String {
        String(decoding: characters(at: offset, count: count), as: UTF8.self)
    }

    /// `offset` and `size` were checked against the bytes.
    private func load<T: FixedWidthInteger>(_ offset: Int, _ type: T.Type) -> T {
        let value = bytes.loadUnaligned(fromByteOffset: offset, as: type)
        return isBigEndian ? T(bigEndian: value) : T(littleEndian: value)
    }
}
