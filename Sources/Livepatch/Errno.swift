/// An error number of the kernel: `EBUSY`, 16.
public struct Errno: Hashable, Sendable {
    /// The number, 1 to 4095 (MAX_ERRNO).
    public let number: Int

    /// The error of that number; nil if the kernel has no such number.
    public init?(number: Int) {
        guard (1...4095).contains(number) else { return nil }
        self.number = number
    }

    /// Reads a name (`EBUSY`) or a number (`16`); nil if it is neither.
    public init?(_ text: String) {
        if let entry = Self.table.first(where: { $0.name == text }) {
            self.init(number: entry.number)
        } else if let number = Int(text), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            self.init(number: number)
        } else {
            return nil
        }
    }

    /// The name, or the number where this project has no name for it.
    public var name: String { Self.table.first { $0.number == number }?.name ?? String(number) }

    /// What strerror says of it.
    public var words: String { Self.table.first { $0.number == number }?.words ?? "Unknown error \(number)" }

    /// What insmod (kmod) says of it: three numbers mean something else to it than to strerror.
    public var insmodWords: String {
        switch number {
        case 2: "Unknown symbol in module"
        case 8: "Invalid module format"
        case 22: "Invalid parameters"
        default: words
        }
    }

    /// The errors that the words may mean, whichever tool says them; none if they are nobody's.
    public static func meant(by words: String) -> Set<Errno> {
        Set(table.compactMap { Errno(number: $0.number) }.filter { $0.words == words || $0.insmodWords == words })
    }

    /// Those that livepatch operations and callbacks return.
    private static let table: [(number: Int, name: String, words: String)] = [
        (1, "EPERM", "Operation not permitted"),
        (2, "ENOENT", "No such file or directory"),
        (5, "EIO", "Input/output error"),
        (8, "ENOEXEC", "Exec format error"),
        (11, "EAGAIN", "Resource temporarily unavailable"),
        (12, "ENOMEM", "Cannot allocate memory"),
        (13, "EACCES", "Permission denied"),
        (14, "EFAULT", "Bad address"),
        (16, "EBUSY", "Device or resource busy"),
        (17, "EEXIST", "File exists"),
        (19, "ENODEV", "No such device"),
        (22, "EINVAL", "Invalid argument"),
        (28, "ENOSPC", "No space left on device"),
        (38, "ENOSYS", "Function not implemented"),
        (95, "EOPNOTSUPP", "Operation not supported"),
    ]

    /// A step that comes at the wrong time.
    public static let busy = Errno(known: 16)
    /// A value that cannot be.
    public static let invalid = Errno(known: 22)
    /// A file or module that is not there.
    public static let absent = Errno(known: 2)
    /// A file that may not be made.
    public static let notPermitted = Errno(known: 13)
    /// Memory that cannot be had.
    public static let outOfMemory = Errno(known: 12)
    /// A module that is there already.
    public static let exists = Errno(known: 17)

    private init(known number: Int) { self.number = number }
}
