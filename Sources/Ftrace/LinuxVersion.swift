/// The first two numbers of a kernel's release: 6.1 of `6.1.0-56-amd64`.
public struct LinuxVersion: Hashable, Sendable, Comparable {
    /// The first number.
    public var major: Int
    /// The second number.
    public var minor: Int

    /// A version.
    public init(_ major: Int, _ minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// The version of a release; nil if it does not begin with two numbers.
    public init?(release: String) {
        let numbers = release.split(maxSplits: 2, whereSeparator: { $0 == "." || $0 == "-" }).prefix(2)
            .map { word in Int(word.prefix { $0.isASCII && $0.isNumber }) }
        guard numbers.count == 2, let major = numbers[0], let minor = numbers[1] else { return nil }
        self.init(major, minor)
    }

    /// The older one first.
    public static func < (one: Self, other: Self) -> Bool { (one.major, one.minor) < (other.major, other.minor) }
}

extension [TraceFileOption] {
    /// The release of the kernel that was traced: the third word of what `uname -a` said there.
    public var kernelRelease: String? {
        let words = first { $0.name == "UNAME" }?.text?.split(separator: " ") ?? []
        return words.count > 2 ? String(words[2]) : nil
    }
}
