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
    /// Whole lines of livepatches and modules, from a manifest.
    private let ownLines: [[UInt8]: Event]
    /// The messages that begin with the kernel's prefix, those that begin with other text, and those that begin with a
    /// module's name.
    private let withPrefix: [Message]
    private let withText: [Message]
    private let withName: [Message]

    /// - Parameter manifest: gives templates of callback lines by kind, for example `{patch}: about to patch {object}`
    ///   (`{patch}`, `{object}` and `{moduleState}` are understood), and lines of modules in full.
    public init(manifest: Manifest = Manifest()) {
        let callbackLines = manifest.callbackLines
        var lines: [[UInt8]: Event] = [:]
        for line in manifest.outputLines { lines[Array(line.utf8)] = Event(moduleOutput: line) }
        for (line, event) in manifest.stateLines { lines[Array(line.utf8)] = event }
        for module in manifest.modules {
            for event in [module.initEvent, module.exitEvent].compactMap({ $0 }) where event.text != nil {
                lines[Array(module.line(event).utf8)] = event
            }
        }
        ownLines = lines
        ownTemplates = callbackLines.sorted { $0.key.rawValue < $1.key.rawValue }
            .flatMap { kind, texts in texts.map { (Template($0), .callback, kind) } }
        let isLiteral = { (message: Message) -> [UInt8]? in
            if case .literal(let bytes)? = message.template.pieces.first { bytes } else { nil }
        }
        withPrefix = Catalogue.messages.filter { isLiteral($0)?.starts(with: Self.prefix) == true }
        withText = Catalogue.messages.filter { isLiteral($0)?.starts(with: Self.prefix) == false }
        withName = Catalogue.messages.filter { isLiteral($0) == nil }
    }

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
        let line = Self.withKernelPrefix(Self.withoutDecoration(Self.trimmed(Array(text.utf8))))
        guard !line.isEmpty else { return nil }
        if !ownLines.isEmpty, let own = ownLines[line], !isFromUserSpace || own.message.mayComeFromUserSpace {
            return Recognised(event: own, generations: nil)
        }
        for own in ownTemplates where !isFromUserSpace {
            if var event = own.template.recognise(line, 0..<line.count, as: own.id) {
                event.callback = own.callback
                return Recognised(event: event, generations: nil)
            }
        }
        if let found = inCatalogue(line, line.count, isFromUserSpace) { return found }
        if let end = Self.beforeRemark(line), let found = inCatalogue(line, end, isFromUserSpace) { return found }
        guard Self.hasLivepatchPrefix(line), !isFromUserSpace else { return nil }
        return Recognised(event: Event(.unknown, text: String(decoding: line, as: UTF8.self)), generations: nil)
    }

    private func inCatalogue(_ line: [UInt8], _ end: Int, _ isFromUserSpace: Bool) -> Recognised? {
        let hasPrefix = Self.hasLivepatchPrefix(line)
        return match(hasPrefix ? withPrefix : withText, line, end, isFromUserSpace)
            ?? (hasPrefix || !line.contains(UInt8(ascii: ":")) ? nil : match(withName, line, end, isFromUserSpace))
            ?? (isFromUserSpace ? nil : Warning.recognise(line[..<end])).map { Recognised(event: $0, generations: nil) }
    }

    private func match(_ messages: [Message], _ line: [UInt8], _ end: Int, _ isFromUserSpace: Bool) -> Recognised? {
        for message in messages where !isFromUserSpace || message.id.mayComeFromUserSpace {
            if let event = message.template.recognise(line, 0..<end, as: message.id) {
                return Recognised(event: event, generations: message.generations.isEmpty ? nil : message.generations)
            }
        }
        return nil
    }

    /// Somebody's remark behind the line, set off by two blanks or more: `... transition     <- here it hangs`.
    private static func beforeRemark(_ line: [UInt8]) -> Int? {
        guard let gap = line.firstIndex(of: [0x20, 0x20], in: 0..<line.count), gap > 0 else { return nil }
        return gap
    }

    private static func trimmed(_ line: [UInt8]) -> [UInt8] {
        guard let last = line.last, last <= 0x20 else { return line }
        let end = line.lastIndex { $0 > 0x20 } ?? -1
        return Array(line[...end])
    }

    private static let prefix = Array("livepatch: ".utf8)
    /// A tree exists that prints the file's name instead (pr_fmt with the object's name): Kylin's.
    private static let otherPrefixes = ["transition: '", "core: '"].map { Array($0.utf8) }

    private static func hasLivepatchPrefix(_ line: [UInt8]) -> Bool { line.has(prefix, at: 0, before: line.count) }

    private static func withKernelPrefix(_ line: [UInt8]) -> [UInt8] {
        for other in otherPrefixes where line.has(other, at: 0, before: line.count) {
            return prefix + line.dropFirst(other.count - 1)
        }
        return line
    }

    /// Removes what dynamic debug's flags m, f, l and t put before a message: `[93] main:func:2190: `.
    private static func withoutDecoration(_ line: [UInt8]) -> [UInt8] {
        guard !hasLivepatchPrefix(line), let start = line.firstIndex(of: prefix, in: 0..<line.count), start > 0,
            line[start - 1] == 0x20
        else { return line }
        var words = line[..<start].split(separator: 0x20)
        let first = line[0]
        if first == UInt8(ascii: "[") || first == UInt8(ascii: "<") { words.removeFirst() }
        let isDecoration = words.count < 2 && words.allSatisfy(isPlace)
        return isDecoration ? Array(line[start...]) : line
    }

    /// `module:function:line:` or a part of it; `systemd[1]:` is a program.
    private static func isPlace(_ word: ArraySlice<UInt8>) -> Bool {
        word.count > 1 && word.last == UInt8(ascii: ":")
            && word.allSatisfy { byte in
                byte == UInt8(ascii: ":") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
                    || (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
            }
    }
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

extension Event {
    /// A line that a module prints, `module: text`. Without a colon it is nobody's.
    public init(moduleOutput line: String) {
        let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2, !parts[0].contains(" ") else {
            self.init(.moduleOutput, text: line)
            return
        }
        self.init(.moduleOutput, object: parts[0], text: String(parts[1].drop { $0 == " " }))
    }
}
