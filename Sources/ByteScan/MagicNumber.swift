/// A compressed container that a source can be in.
public enum CompressedContainer: String, Hashable, Sendable {
    /// RFC 8878.
    case zstd
    /// RFC 1952.
    case gzip
}

/// How the first bytes of a stream compare with the magic numbers of the containers.
enum MagicNumber: Equatable {
    /// None of them.
    case none
    /// The beginning of one (no byte at all is the beginning of every one).
    case beginning
    /// A container's.
    case whole(CompressedContainer)

    static func match(_ bytes: UnsafeRawBufferPointer) -> MagicNumber {
        let candidates: [(CompressedContainer, [ClosedRange<UInt8>])] = [
            (.gzip, [0x1F...0x1F, 0x8B...0x8B]),
            (.zstd, [0x28...0x28, 0xB5...0xB5, 0x2F...0x2F, 0xFD...0xFD]),
            // A skippable frame; zstd's seekable and parallel writers begin with one.
            (.zstd, [0x50...0x5F, 0x2A...0x2A, 0x4D...0x4D, 0x18...0x18]),
        ]
        for (container, magic) in candidates where zip(magic, bytes).allSatisfy({ $0.contains($1) }) {
            return bytes.count < magic.count ? .beginning : .whole(container)
        }
        return .none
    }
}
