/// An event and the generations whose kernels print it in these words; nil if no generation in particular does.
public struct Recognised: Hashable, Sendable {
    /// What the line says.
    public let event: Event
    /// Who says it in these words.
    public let generations: GenerationSet?
}

/// Turns the text of a record into an event.
public struct Recogniser: Sendable {
    /// Callback lines of livepatches that do not follow the kernel's examples, from a manifest.
    private let ownTemplates: [(template: Template, id: MessageID, callback: CallbackKind?)]
    private let byFirstBytes: [[UInt8]: [Message]]
    private let others: [Message]

    /// - Parameter callbackLines: templates of callback lines by kind, for example
    ///   `{patch}: about to patch {object}`; `{patch}`, `{object}` and `{moduleState}` are understood.
    public init(callbackLines: [CallbackKind: [String]] = [:]) {
        ownTemplates = callbackLines.sorted { $0.key.rawValue < $1.key.rawValue }
            .flatMap { kind, texts in texts.map { (Template($0), .callback, kind) } }
        var byFirstBytes: [[UInt8]: [Message]] = [:]
        var others: [Message] = []
        for message in Catalogue.messages {
            if case .literal(let bytes)? = message.template.pieces.first, bytes.count >= Self.keyLength {
                byFirstBytes[Array(bytes.prefix(Self.keyLength)), default: []].append(message)
            } else {
                others.append(message)
            }
        }
        self.byFirstBytes = byFirstBytes
        self.others = others
    }

    private static let keyLength = 5

    /// The event that the text states; nil if the text is none of the catalogue's and lacks livepatch's prefix.
    ///
    /// - Parameters:
    ///   - text: a record's message without log prefix, one line.
    ///   - isFromUserSpace: true if the record's facility says that somebody wrote it into /dev/kmsg. Then it is
    ///     no kernel message, whatever it says.
    public func recognise(_ text: String, isFromUserSpace: Bool = false) -> Event? {
        identify(text, isFromUserSpace: isFromUserSpace)?.event
    }

    /// Like `recognise`, and says whose words they are.
    public func identify(_ text: String, isFromUserSpace: Bool = false) -> Recognised? {
        let line = Self.withoutDecoration(Self.trimmed(ArraySlice(text.utf8)))
        guard !line.isEmpty else { return nil }
        for own in ownTemplates {
            if var event = own.template.recognise(line, as: own.id) {
                event.callback = own.callback
                return Recognised(event: event, generations: nil)
            }
        }
        if let found = inCatalogue(Self.withKernelPrefix(line), isFromUserSpace: isFromUserSpace) { return found }
        guard Self.hasLivepatchPrefix(line), !isFromUserSpace else { return nil }
        return Recognised(event: Event(.unknown, text: String(decoding: line, as: UTF8.self)), generations: nil)
    }

    private func inCatalogue(_ line: ArraySlice<UInt8>, isFromUserSpace: Bool) -> Recognised? {
        let keyed = byFirstBytes[Array(line.prefix(Self.keyLength))] ?? []
        for message in keyed + others where !isFromUserSpace || message.id.mayComeFromUserSpace {
            if let event = message.template.recognise(line, as: message.id) {
                return Recognised(event: event, generations: message.generations.isEmpty ? nil : message.generations)
            }
        }
        return Warning.recognise(line).map { Recognised(event: $0, generations: nil) }
            ?? Self.beforeRemark(line).flatMap { inCatalogue($0, isFromUserSpace: isFromUserSpace) }
    }

    /// Somebody's remark behind the line, set off by two blanks or more: `... transition     <- here it hangs`.
    private static func beforeRemark(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let gap = line.firstRange(of: [0x20, 0x20]), gap.lowerBound > line.startIndex else { return nil }
        return line[..<gap.lowerBound]
    }

    private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var line = line
        while let last = line.last, last <= 0x20 { line.removeLast() }
        return line
    }

    private static let prefix = Array("livepatch: ".utf8)
    /// A tree exists that prints the file's name instead (pr_fmt with the object's name): Kylin's.
    private static let otherPrefixes = ["transition: '", "core: '"].map { Array($0.utf8) }

    private static func hasLivepatchPrefix(_ line: ArraySlice<UInt8>) -> Bool { line.starts(with: prefix) }

    private static func withKernelPrefix(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        for other in otherPrefixes where line.starts(with: other) {
            return ArraySlice(prefix + line.dropFirst(other.count - 1))
        }
        return line
    }

    /// Removes what dynamic debug's flags m, f, l and t put before a message: `[93] main:func:2190: `.
    private static func withoutDecoration(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard !line.starts(with: prefix), let start = line.firstRange(of: prefix)?.lowerBound else { return line }
        let before = line[..<start]
        let isTask = before.first == UInt8(ascii: "[") || before.first == UInt8(ascii: "<")
        let words = before.split(separator: 0x20)
        let isDecoration =
            words.count == (isTask ? words.count.clamped(1...2) : 1)
            && words.dropFirst(isTask ? 1 : 0).allSatisfy { $0.last == UInt8(ascii: ":") && $0.count > 1 }
            && before.last == 0x20
        return isDecoration ? line[start...] : line
    }
}

extension Int {
    fileprivate func clamped(_ range: ClosedRange<Int>) -> Int { Swift.min(Swift.max(self, range.lowerBound), range.upperBound) }
}

extension MessageID {
    /// True for lines that tools and harnesses write into the kernel's log.
    var mayComeFromUserSpace: Bool {
        switch self {
        case .testHeader, .command, .loadError, .unloadError, .harnessNote, .kpatchCommand, .moduleOutput: true
        default: false
        }
    }
}
