import Conformance
import Livepatch
import Reconstruction
import ReferenceEngine
import Simulation

/// Finds each predicted line in a log.
///
/// What the kernel prints under klp_mutex has one order. Lines of modules are printed by other tasks and may stand anywhere
/// between the steps before and after: an init line after livepatch has handled the module, an exit line before, and the output
/// of a module at work at any time until the module is unloaded.
struct Comparison {
    /// A predicted line and what became of it.
    struct Result {
        let line: SimulatedLine
        var status: LogCheck.Status = .missing(nearest: nil)
        var after: Observation?

        var match: Observation? {
            switch status {
            case .matched(let observation), .differs(let observation): observation
            default: nil
            }
        }
        var isMissing: Bool { if case .missing = status { true } else { false } }
    }

    let seen: [Observation]
    private let simulation: Simulation
    private(set) var lines: [Result]
    /// The seen lines that are none of the predicted ones.
    private(set) var unclaimed: [Observation] = []

    init(simulation: Simulation, seen: [Observation]) {
        self.simulation = simulation
        self.seen = seen
        lines = simulation.lines.filter { !$0.isMarker }.map { Result(line: $0) }
    }

    var hasMatches: Bool { lines.contains { $0.match != nil } }

    /// The lines that are not as predicted.
    var problems: [Result] {
        lines.filter { line in
            switch line.status {
            case .matched, .notShown: false
            case .differs, .missing, .outOfOrder: true
            }
        }
    }

    mutating func run() {
        alignKernelLines()
        hideDebugLines()
        placeModuleLines()
        pairMisplaced()
        nameNearest()
        noteNeighbours()
    }

    /// The step in which the log ends, if nothing but lines from there on is missing and nothing shows that the steps went on.
    func stepOfEnd(_ observations: [Observation]) -> Int? {
        guard let first = lines.firstIndex(where: \.isMissing), let last = lines.lastIndex(where: { $0.match != nil }),
            last < first, let end = lines[last].match
        else { return nil }
        let later = observations.filter { $0.index > end.index }
        guard !later.contains(where: { $0.event.message == .command }) else { return nil }
        return lines[first].line.step
    }

    // MARK: Lines of the kernel

    private mutating func alignKernelLines() {
        let places = lines.indices.filter { lines[$0].line.isKernel }
        let expected = places.compactMap { place -> (expectation: Expectation, need: Need)? in
            let line = lines[place].line
            guard let event = line.event, case .kernel(let rule) = line.origin else { return nil }
            return (Expectation(event: event, level: line.level, rule: rule), line.isDebug ? .debug : .required)
        }
        let ofKernel = seen.filter { !$0.event.message.isOfModules }
        let steps = Alignment.of(expected, ofKernel).steps
        var next = places.makeIterator()
        for step in steps {
            switch step {
            case .matched(_, let observation):
                guard let place = next.next() else { continue }
                let isSame = lines[place].line.event?.hasSameDetails(as: observation.event) ?? false
                lines[place].status = isSame ? .matched(observation) : .differs(observation)
            case .missing: _ = next.next()
            case .unexpected(let observation): unclaimed.append(observation)
            }
        }
    }

    /// A kernel without dynamic debug prints none of its debug lines, and a console may drop some: several in a row that are
    /// missing were not shown. One alone among others is missing.
    private mutating func hideDebugLines() {
        let debug = lines.indices.filter { lines[$0].line.isKernel && lines[$0].line.isDebug }
        let areAllMissing = debug.allSatisfy { lines[$0].isMissing }
        for run in debug.split(whereSeparator: { !lines[$0].isMissing }) where run.count > 1 || areAllMissing {
            for place in run { lines[place].status = .notShown }
        }
    }

    // MARK: Lines of modules

    /// The lines of one module have one order among themselves.
    private mutating func placeModuleLines() {
        let streams = Dictionary(grouping: lines.indices.filter { !lines[$0].line.isKernel }) { lines[$0].line.stream }
        var free = Dictionary(grouping: seen.filter(\.event.message.isOfModules)) { $0.event.stream }
        for stream in streams.keys.sorted() {
            free[stream] = place(streams[stream] ?? [], among: free[stream] ?? [])
        }
        unclaimed = (unclaimed + free.values.joined()).sorted { $0.index < $1.index }
    }

    /// Finds the predicted lines at the places among the module's lines, and returns the lines that are left.
    private mutating func place(_ places: [Int], among found: [Observation]) -> [Observation] {
        var numbers = PointerNumbers()
        let events = found.map { $0.event.message.isShadowOutput ? numbers.numbered($0.event) : $0.event }
        var isTaken = [Bool](repeating: false, count: found.count)
        let pairs = CommonSequence.pairs(places.count, found.count) { row, column in
            lines[places[row]].line.event?.isSameOutput(as: events[column]) ?? false
        }
        for (row, column) in pairs where bounds(of: places[row]).contains(found[column].index) {
            lines[places[row]].status = .matched(found[column])
            isTaken[column] = true
        }
        for place in places where lines[place].isMissing && lines[place].line.isInAnyOrder {
            let bounds = boundsOfNeighbours(of: place, places)
            let column = found.indices.first { column in
                !isTaken[column] && bounds.contains(found[column].index)
                    && lines[place].line.event?.isSameOutput(as: events[column]) == true
            }
            guard let column else { continue }
            lines[place].status = .matched(found[column])
            isTaken[column] = true
        }
        return found.indices.filter { !isTaken[$0] }.map { found[$0] }
    }

    /// The lines of the stream before and after the run of lines that have no order among themselves.
    private func boundsOfNeighbours(of place: Int, _ places: [Int]) -> Range<Int> {
        let isFixed = { (other: Int) in
            !lines[other].line.isInAnyOrder || lines[other].line.step != lines[place].line.step
        }
        let before = places.last { $0 < place && isFixed($0) }.flatMap { lines[$0].match?.index } ?? -1
        let after = places.first { $0 > place && isFixed($0) }.flatMap { lines[$0].match?.index } ?? Int.max
        return before + 1..<max(before + 1, after)
    }

    /// Between which lines of the log a module's line may stand.
    private func bounds(of place: Int) -> Range<Int> {
        let line = lines[place].line
        let end = lastStep(of: line)
        var first = 0
        var last = Int.max
        for (other, result) in lines.enumerated() where result.line.isKernel {
            guard let index = result.match?.index else { continue }
            let isOfSameModule = line.origin == .module && result.line.event?.object == line.event?.object
            let isBefore =
                result.line.step < line.step || (result.line.step == line.step && isOfSameModule && other < place)
            let isAfter = result.line.step > end || (result.line.step == line.step && isOfSameModule && other > place)
            if isBefore { first = max(first, index) }
            if isAfter { last = min(last, index) }
        }
        return first..<max(first, last)
    }

    /// The last step by which the line is printed: its own, or for a module at work the one that unloads the module.
    private func lastStep(of line: SimulatedLine) -> Int {
        guard line.origin == .output(isPrompt: false) else { return line.step }
        let unloads = simulation.unloads.filter { $0.step >= line.step && $0.module == line.event?.object }
        return unloads.map(\.step).min() ?? Int.max
    }

    // MARK: What does not fit

    private mutating func pairMisplaced() {
        for place in lines.indices where lines[place].isMissing {
            guard let event = lines[place].line.event,
                let found = unclaimed.firstIndex(where: { $0.event.saysTheSame(as: event) })
            else { continue }
            lines[place].status = .outOfOrder(unclaimed.remove(at: found))
        }
    }

    /// The line that may have been meant: of the same message, or about the same livepatch, nearest to the place.
    private mutating func nameNearest() {
        var last = -1
        for place in lines.indices {
            if let match = lines[place].match { last = match.index }
            guard lines[place].isMissing, let event = lines[place].line.event else { continue }
            let candidates = unclaimed.filter { $0.event.message == event.message }
            let nearest = candidates.min { abs($0.index - last) < abs($1.index - last) }
            lines[place].status = .missing(nearest: nearest)
        }
    }

    private mutating func noteNeighbours() {
        var last: Observation?
        for place in lines.indices {
            lines[place].after = last
            if let match = lines[place].match { last = match }
        }
    }
}

extension SimulatedLine {
    /// True for lines whose order the kernel's lock fixes.
    fileprivate var isKernel: Bool {
        guard case .kernel = origin else { return false }
        return event?.message.isOfModules != true
    }

    fileprivate var isInAnyOrder: Bool {
        if case .caller(_, let isInAnyOrder) = origin { isInAnyOrder } else { false }
    }

    fileprivate var stream: String { event?.stream ?? "" }
}

extension Event {
    /// True if functions, symbols, error numbers and the module's state agree, where the prediction has them.
    fileprivate func hasSameDetails(as seen: Event) -> Bool {
        (name == nil || name == seen.name) && (number == nil || number == seen.number)
            && (moduleState == nil || seen.moduleState == nil || moduleState == seen.moduleState)
    }

    /// The same line of a module, function names and pointers included.
    fileprivate func isSameOutput(as seen: Event) -> Bool {
        guard saysTheSame(as: seen), name == seen.name else { return false }
        return message.isShadowOutput ? shadow == seen.shadow : shadow?.id == seen.shadow?.id
    }

    /// Whose lines have one order: a module's. What the kernel says of shadow variables names no module.
    fileprivate var stream: String { object ?? "" }
}

extension MessageID {
    /// True for lines that are printed outside of klp_mutex, by modules or on their account.
    var isOfModules: Bool {
        switch self {
        case .moduleInit, .moduleExit, .moduleOutput, .shadowDuplicate, .shadowConstructorFailed: true
        default: isShadowOutput
        }
    }
}
