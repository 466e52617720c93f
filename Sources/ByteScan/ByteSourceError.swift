import Glibc

/// Why a source could not be opened, or not be read to its end.
public enum ByteSourceError: Error, Hashable, Sendable {
    /// open(2) refused with this errno.
    case cannotOpen(name: String, errno: Int32)
    /// The path names a directory.
    case isDirectory(name: String)
    /// read(2) failed with this errno; the offset counts the bytes as stored, before decompression.
    case readFailed(name: String, offset: Int, errno: Int32)
    /// The decoder refuses the bytes at this compressed offset, after this many decompressed bytes.
    case corrupt(name: String, container: CompressedContainer, offset: Int, decoded: Int, reason: String)
    /// The stream ends within a frame or member, at this compressed offset and after this many decompressed bytes.
    case truncated(name: String, container: CompressedContainer, offset: Int, decoded: Int)
}

extension ByteSourceError: CustomStringConvertible {
    /// One sentence that names the source, the place and the cause.
    public var description: String { "\(name) \(cause)" }

    /// What the user called the source.
    package var name: String {
        switch self {
        case .cannotOpen(let name, _), .isDirectory(let name), .readFailed(let name, _, _),
            .corrupt(let name, _, _, _, _), .truncated(let name, _, _, _):
            name
        }
    }

    /// The sentence behind the name.
    package var cause: String {
        switch self {
        case .cannotOpen(_, let errno):
            "cannot be opened: \(Self.text(of: errno))."
        case .isDirectory:
            "is a directory."
        case .readFailed(_, let offset, let errno):
            "cannot be read at offset \(offset): \(Self.text(of: errno))."
        case .corrupt(_, let container, let offset, let decoded, let reason):
            "has \(container.rawValue) data that cannot be decoded at compressed offset \(offset), "
                + "after \(decoded) decompressed bytes: \(reason)."
        case .truncated(_, let container, let offset, let decoded):
            "is truncated: it ends in the middle of \(container.rawValue) data at compressed offset \(offset), "
                + "after \(decoded) decompressed bytes."
        }
    }

    /// What the system calls an errno.
    package static func text(of errno: Int32) -> String {
        // strerror_l has no buffer that threads share, unlike strerror.
        let locale = newlocale(0, "C", nil)
        defer { freelocale(locale) }
        guard let locale, let text = strerror_l(errno, locale) else { return "error \(errno)" }
        return String(cString: text)
    }
}
