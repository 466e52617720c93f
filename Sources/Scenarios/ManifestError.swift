/// A place in a text; both numbers begin with 1, columns count Unicode scalars.
public struct TextPlace: Hashable, Sendable {
    /// The line.
    public var line: Int
    /// The column.
    public var column: Int

    /// A place by its numbers.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

/// Why a manifest could not be read.
///
///     demo.yaml:7:9: unknown key 'callback' in an object; known are name, callbacks
public struct ManifestError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The text's name, as the caller gave it.
    public let file: String
    /// Where; nil if it is about the text as a whole.
    public let place: TextPlace?
    /// What is wrong and what was expected.
    public let problem: String

    /// Puts a `ManifestError` together from its parts.
    public init(file: String, place: TextPlace?, problem: String) {
        self.file = file
        self.place = place
        self.problem = problem
    }

    /// One line: file, place and problem.
    public var description: String {
        let where_ = place.map { ":\($0.line):\($0.column)" } ?? ""
        return "\(file)\(where_): \(problem)"
    }
}

/// A problem at a place, before it is known which file it is in.
struct Misreading: Error, Hashable {
    var place: TextPlace?
    var problem: String
}
