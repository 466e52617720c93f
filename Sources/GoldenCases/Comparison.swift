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
    /// True if the log holds what the operator did.
    let writesCommands: Bool
    private let simulation: Simulation
    /// Where the operator loads which module.
    private let loads: [String: [Int]]
    private(set) var lines: [Result]
    /// The seen lines that are none of the predicted ones.
    private(set) var unclaimed: [Observation] = []

    /// - Parameters:
    ///   - simulation: the prediction.
    ///   - observations: the log, of which the lines that the scenario speaks of are compared.
    init(simulation: Simulation, observations: [Observation], relevance: Relevance) {
        self.simulation = simulation
        seen = observations.filter(relevance.isRelevant)
        writesCommands = observations.contains { $0.event.message == .command }
        let loaded = observations.compactMap { observation -> (module: String, index: Int)? in
            guard observation.event.message == .command,
                case .load(let module, _) = Command(observation.event.text ?? "")
            else { return nil }
            return (module, observation.index)
        }
        loads = Dictionary(grouping: loaded, by: \.module).mapValues { $0.map(\.index) }
        lines = simulation.lines.filter { !$0.isMarker || $0.isResult }.map { Result(line: $0) }
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
        placeResults()
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

    /// True if nothing but lines before the first one that is there is missing, and no line tells that the steps began later.
    func lacksOnlyTheBeginning(_ observations: [Observation]) -> Bool {
        guard let first = lines.firstIndex(where: { $0.match != nil }), let beginning = lines[first].match,
            let last = lines.lastIndex(where: \.isMissing), last < first
        else { return false }
        return !observations.contains { observation in
            observation.index < beginning.index
                && [.command, .testHeader, .unknown].contains(observation.event.message)
        }
    }

    // MARK: Lines of the kernel

    private mutating func alignKernelLines() {
        let places = lines.indices.filter { lines[$0].line.isKernel }
        let expected = places.compactMap { place -> (expectation: Expectation, need: Need)? in
            let line = lines[place].line
            guard let event = line.event, case .kernel(let rule) = line.origin else { return nil }
            return (Expectation(event: event, level: line.level, rule: rule), line.isDebug ? .debug : .required)
        }
        let ofKernel = seen.filter { !$0.event.message.isOfModules && !$0.event.message.isResult }
        let steps = Alignment.of(expected, ofKernel).steps
        var next = places.makeIterator()
        for step in steps {
            switch step {
            case .matched(_, let observation):
                guard let place = next.next() else { continue }
                let isSame = lines[place].line.hasSameDetails(as: observation.event)
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
        let streams = Dictionary(
            grouping: lines.indices.filter { !lines[$0].line.isKernel && !lines[$0].line.isResult }
        ) { lines[$0].line.stream }
        var free = Dictionary(grouping: seen.filter(\.event.message.isOfModules)) { $0.event.stream }
        for stream in streams.keys.sorted() {
            free[stream] = place(streams[stream] ?? [], among: free[stream] ?? [])
        }
        unclaimed = (unclaimed + free.values.joined()).sorted { $0.index < $1.index }
    }

    /// Finds the predicted lines at the places among the module's lines, and returns the lines that are left.
    private mutating func place(_ places: [Int], among found: [Observation]) -> [Observation] {
        let events = numbered(found)
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

    /// The lines of one module with pointers numbered in the order in which each load of it mentions them first, as the
    /// prediction has them: a log may have hashed pointers, or a kernel number them in another order.
    private func numbered(_ found: [Observation]) -> [Event] {
        var numbers = PointerNumbers()
        var last = -1
        return found.map { observation in
            let loads = loads[observation.event.object ?? "", default: []]
            if loads.contains(where: { $0 > last && $0 < observation.index }) { numbers = PointerNumbers() }
            last = observation.index
            if observation.event.message == .moduleExit { numbers = PointerNumbers() }
            return observation.event.message.isShadowOutput ? numbers.numbered(observation.event) : observation.event
        }
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

    // MARK: What the operator's tools said

    /// What a harness writes of its tools' results is the only sign of some: it is compared where the log has it, and an error that
    /// was not predicted is a fault. A harness that writes what it does writes the switch of ftrace, too.
    private mutating func placeResults() {
        let places = lines.indices.filter { lines[$0].line.isResult }
        let found = seen.filter(\.event.message.isResult)
        let pairs = CommonSequence.pairs(places.count, found.count) { row, column in
            lines[places[row]].line.event?.isSameResult(as: found[column].event) ?? false
        }
        var isTaken = [Bool](repeating: false, count: found.count)
        for (row, column) in pairs {
            isTaken[column] = true
            let isSame = lines[places[row]].line.event?.hasSameErrno(as: found[column].event) ?? true
            lines[places[row]].status = isSame ? .matched(found[column]) : .differs(found[column])
        }
        unclaimed += found.indices.filter { !isTaken[$0] }.map { found[$0] }
        unclaimed.sort { $0.index < $1.index }
        let writesCommands = writesCommands
        lines.removeAll { result in
            let isRequired = result.line.event?.message == .harnessNote && writesCommands
            return result.line.isResult && result.isMissing && !isRequired
        }
    }

    // MARK: What does not fit

    private mutating func pairMisplaced() {
        for place in lines.indices where lines[place].isMissing && !lines[place].line.isResult {
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
