import Livepatch

/// How golden cases were asked for, so that a report can name the next command in full.
public struct GoldenOptions {
    private let root: String
    private let log: String?
    private let canary: String?
    private let generation: Generation?

    /// - Parameters:
    ///   - root: the directory of the suites.
    ///   - log: the log that was given.
    ///   - canary: the text after which the test begins in it.
    ///   - generation: the kernel that it is said to be of.
    public init(
        root: String = GoldenOptions.defaultRoot, log: String? = nil, canary: String? = nil,
        generation: Generation? = nil
    ) {
        self.root = root
        self.log = log
        self.canary = canary
        self.generation = generation
    }

    /// Where the suites are unless the user says otherwise.
    public static let defaultRoot = "Golden"

    /// `klp-verify golden accept CASE`
    func accept(_ name: String) -> String { "klp-verify golden accept \(Self.quoted(name))\(ofRoot)" }

    /// `klp-verify golden check CASE`, with all that was said of the log.
    func check(_ name: String) -> String {
        let ofLog = [
            log.map { " --log \(Self.quoted($0))" }, canary.map { " --canary \(Self.quoted($0))" },
            generation.map { " --generation \($0.rawValue)" },
        ]
        return "klp-verify golden check \(Self.quoted(name))\(ofRoot)" + ofLog.compactMap { $0 }.joined()
    }

    private var ofRoot: String { root == Self.defaultRoot ? "" : " --golden \(Self.quoted(root))" }

    /// The word as a shell reads it back.
    static func quoted(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "/"), UInt8(ascii: ","), UInt8(ascii: "+"), UInt8(ascii: ":"), UInt8(ascii: "@"):
                true
            default: false
            }
        }
        return isPlain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }
}
