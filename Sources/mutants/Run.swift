import Conformance
import Livepatch
import Reconstruction
import Scenarios
import Timeline

/// One line of a log: where it is stamped, and what it says. An edit changes what is said where; stamps stay, as they do
/// when a kernel prints the wrong thing.
struct Line: Hashable, Sendable {
    /// `[   12.345678] `, or nothing.
    var stamp: String
    /// The rest.
    var message: String

    init(stamp: String, message: String) {
        self.stamp = stamp
        self.message = message
    }

    init(_ text: Substring) {
        guard text.hasPrefix("["), let close = text.firstRange(of: "] ") else {
            self.init(stamp: "", message: String(text))
            return
        }
        self.init(stamp: String(text[..<close.upperBound]), message: String(text[close.upperBound...]))
    }

    var text: String { stamp + message }
}

/// A log that conforms, and what its case's manifest says.
struct Run: Sendable {
    /// Where the log comes from.
    enum Origin: Hashable, Sendable {
        /// A real kernel.
        case recorded
        /// The engine: what a kernel of the generation must print.
        case predicted(Generation)
    }

    let origin: Origin
    /// The log, relative to the directory of the package.
    let path: String
    let scenario: Scenario
    let manifest: Manifest
    /// The generation of the kernel; nil if the log has to tell.
    let generation: Generation?
    let lines: [Line]
    /// What each line says of livepatch; nil if nothing.
    let events: [Event?]
    /// The lines of each critical section, in order.
    let sections: [[Int]]
    /// The kind of each critical section.
    let kinds: [Section.Kind]
    /// For each line the section it belongs to.
    let sectionOfLine: [Int: Int]
    /// The generations that explain the log.
    let generations: [Generation]
    /// The generations whose kernels print the log's lines in these words, whatever its banner says.
    let speaking: [Generation]
    /// What the checker says of the log itself.
    private(set) var answers: [Mode: Answer] = [:]

    init(_ origin: Origin, path: String, text: String, scenario: Scenario, generation: Generation?) {
        self.origin = origin
        self.path = path
        self.scenario = scenario
        self.generation = generation
        // Every recorded run and every prediction shows livepatch's debug lines from its beginning on.
        var manifest = scenario.manifest
        manifest.debugLines = true
        self.manifest = manifest
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { Line($0) }
        self.lines = lines
        let boots = Source(text: text.utf8, name: path, index: 0, needles: Needles.including(manifest)).boots
        let observations = boots.flatMap {
            Observation.all(of: $0, by: Recogniser(manifest: manifest))
        }
        generations = boots.first.map { Analysis(of: $0, manifest: manifest).generations } ?? []
        speaking = observations.compactMap(\.generations).reduce(Generation.released) { left, printing in
            left.filter(printing.contains)
        }
        let found = SectionFinder.sections(of: observations)
        var events = [Event?](repeating: nil, count: lines.count)
        for observation in observations where lines.indices.contains(observation.lineIndex) {
            events[observation.lineIndex] = observation.event
        }
        self.events = events
        sections = found.map { $0.observations.map(\.lineIndex) }
        kinds = found.map(\.kind)
        sectionOfLine = Dictionary(
            sections.enumerated().flatMap { index, lines in lines.map { ($0, index) } }
        ) { first, _ in first }
        for mode in Mode.allCases { answers[mode] = Answer(of: text, self, mode) }
    }

    /// What is wrong if the checker objects to the log itself: then its mutants prove nothing.
    func objection(_ mode: Mode) -> String? {
        guard let answer = answers[mode], answer.verdict == .violates else { return nil }
        return "violates \(mode.rawValue) as it is: \(path): \(answer.details.joined(separator: "; "))"
    }

    /// The lines that may be edited: those of livepatch and of callbacks that belong to a critical section, and those
    /// about shadow variables.
    var editable: [Int] { events.indices.filter { isInSection($0) || isAboutShadows($0) } }

    func isInSection(_ line: Int) -> Bool { events[line]?.message.belongsToSection == true }

    func isAboutShadows(_ line: Int) -> Bool { events[line]?.message.isAboutShadows == true }

    /// True if a new line behind this one would stand between two lines of a section.
    func isWithinSection(_ line: Int) -> Bool {
        sections.contains { ($0.first ?? 0) <= line && line < ($0.last ?? 0) }
    }

    /// True if the line is no log record though the log has records: where somebody wrote it, lines may have been cut. Also
    /// the ends of the log.
    func isSeam(_ line: Int) -> Bool {
        guard lines.indices.contains(line), !lines[line].text.isEmpty else { return true }
        return lines[line].stamp.isEmpty && lines.contains { !$0.stamp.isEmpty }
    }

    /// The names of livepatches in the log, in order of appearance.
    var patches: [String] { names { $0.patch } }
    /// The names of objects in the log, in order of appearance.
    var objects: [String] { names { $0.object } }

    /// The pointers in lines about shadow variables, and the ids, in order of appearance.
    var pointers: [String] {
        shadows.flatMap { shadow in ShadowField.allCases.compactMap { shadow[keyPath: $0.path] } }.unique
    }
    var ids: [UInt64] { shadows.compactMap(\.id).unique }

    private var shadows: [ShadowArguments] {
        editable.filter(isAboutShadows).compactMap { events[$0]?.shadow }
    }

    private func names(_ name: (Event) -> String?) -> [String] {
        var result: [String] = []
        for index in editable where isInSection(index) {
            if let found = events[index].flatMap(name), !result.contains(found) { result.append(found) }
        }
        return result
    }
}

extension Array where Element: Hashable {
    /// Each element once, where it comes first.
    fileprivate var unique: [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}

extension Observation {
    /// The place of its first line in the file, counted from 0.
    fileprivate var lineIndex: Int { Int(record.place.line) - 1 }
}
