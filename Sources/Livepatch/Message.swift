/// One entry of the catalogue: a message's text, its level and the generations that print it.
public struct Message: Hashable, Sendable {
    /// Its name.
    public let id: MessageID
    /// printk level, 0 to 7; 7 is a debug line, absent unless dynamic debug (or DEBUG) is on.
    public let level: UInt8
    /// The generations that print it. Empty: nobody whom this project models prints it; it is only recognised.
    public let generations: GenerationSet
    /// Its text.
    public let template: Template
    /// Where it comes from: function and, if it matters, kernel.
    public let source: String

    init(
        _ id: MessageID, _ level: PrintkLevel, _ generations: GenerationSet, _ text: String, in source: String = ""
    ) {
        self.id = id
        self.level = level.rawValue
        self.generations = generations
        self.template = Template(text)
        self.source = source
    }

    /// A text that is recognised and never printed: another tool's, a vendor's, a draft's.
    static func foreign(
        _ id: MessageID, _ level: PrintkLevel = .info, _ text: String, in source: String = ""
    ) -> Message {
        Message(id, level, GenerationSet([]), text, in: source)
    }
}

/// printk levels by the names of the pr_ functions.
enum PrintkLevel: UInt8 {
    case emergency = 0
    case error = 3
    case warning = 4
    case notice = 5
    case info = 6
    case debug = 7
}
