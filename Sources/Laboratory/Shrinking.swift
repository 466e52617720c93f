import Livepatch
import Scenarios

/// Looks for the smallest scenario that still shows what a scenario shows.
///
///     var shrinking = Shrinking(of: scenario)
///     while true {
///         let candidates = shrinking.candidates()
///         if candidates.isEmpty { break }
///         shrinking.take(await stillDiffer(candidates))
///     }
///     shrinking.scenario       // the smallest that was found
///
/// Each round proposes several smaller scenarios at once, for to boot a virtual machine costs more than to perform them. They drop
/// steps, livepatches, modules, objects, functions, callbacks, states and options. Each can be performed: steps that make no
/// sense without what was dropped go too. The same answers lead to the same scenario.
public struct Shrinking: Sendable {
    /// The smallest scenario known that still shows it.
    public private(set) var scenario: Scenario
    /// How many scenarios were tried.
    public private(set) var triedCount = 0
    /// How many rounds there were.
    public private(set) var roundCount = 0
    /// True if nothing more can be left out, by itself, of what is ever left out.
    public private(set) var isMinimal = false

    private let generation: Generation
    private let batchMaximum: Int
    private let roundsMaximum: Int
    private var tried: Set<Scenario>
    /// What the present round tries.
    private var proposals: [Proposal] = []
    /// Several reductions at once, each of which had succeeded alone.
    private var combinations: [Scenario] = []

    /// A candidate, and how it came about; several reductions have no name.
    private struct Proposal: Sendable {
        let scenario: Scenario
        let size: Size
        let reduction: Reduction?
    }

    /// - Parameters:
    ///   - scenario: the scenario that shows it.
    ///   - generation: the generation whose kernels perform it.
    ///   - batchMaximum: how many candidates a round has at most.
    ///   - roundsMaximum: how many rounds there are at most.
    public init(
        of scenario: Scenario, generation: Generation = .linux55, batchMaximum: Int = 24, roundsMaximum: Int = 40
    ) {
        self.generation = generation
        self.batchMaximum = max(batchMaximum, 1)
        self.roundsMaximum = roundsMaximum
        let given = scenario.withoutPlaces
        // Each step says how it fails, so that sizes can be compared.
        let whole = ReducedScenario.scenario(given, generation, without: [])
        self.scenario = whole?.steps.count == given.steps.count ? whole ?? given : given
        tried = [given, self.scenario]
    }

    /// The smaller scenarios to try next; none if the search is over.
    public mutating func candidates() -> [Scenario] {
        proposals = []
        guard roundCount < roundsMaximum, !isMinimal else { return [] }
        let size = Size(scenario)
        for combination in combinations { propose(combination, nil, below: size) }
        combinations = []
        for reduction in scenario.reductions where proposals.count < batchMaximum {
            guard let candidate = ReducedScenario.scenario(scenario, generation, without: [reduction]) else { continue }
            propose(candidate, reduction, below: size)
        }
        isMinimal = proposals.isEmpty
        if !isMinimal { roundCount += 1 }
        return proposals.map(\.scenario)
    }

    /// Takes the answers, one for each candidate in order: true if it still shows what the scenario shows. Missing answers count as
    /// no.
    public mutating func take(_ answers: [Bool]) {
        triedCount += proposals.count
        let hits = zip(proposals, answers).filter(\.1).map(\.0)
        proposals = []
        guard let best = hits.min(by: { $0.size < $1.size }) else { return }
        let reductions = hits.compactMap(\.reduction)
        var count = reductions.count
        while count > 1 {
            combinations +=
                [ReducedScenario.scenario(scenario, generation, without: Array(reductions.prefix(count)))]
                .compactMap { $0 }
            count /= 2
        }
        scenario = best.scenario
    }

    private mutating func propose(_ candidate: Scenario, _ reduction: Reduction?, below size: Size) {
        let candidateSize = Size(candidate)
        guard candidateSize < size, tried.insert(candidate).inserted else { return }
        proposals.append(Proposal(scenario: candidate, size: candidateSize, reduction: reduction))
    }

    /// Fewer steps count more than less text.
    private struct Size: Comparable, Sendable {
        let steps: Int
        let text: Int

        init(_ scenario: Scenario) {
            steps = scenario.steps.count
            text = scenario.yaml().utf8.count
        }

        static func < (left: Size, right: Size) -> Bool { (left.steps, left.text) < (right.steps, right.text) }
    }
}

extension Shrinking {
    /// Searches to the end.
    ///
    /// - Parameter stillDiffer: says of each scenario whether it still shows what the first one shows.
    public mutating func run<Failure: Error>(
        isolation: isolated (any Actor)? = #isolation,
        _ stillDiffer: ([Scenario]) async throws(Failure) -> [Bool]
    ) async throws(Failure) {
        var batch = candidates()
        while !batch.isEmpty {
            take(try await stillDiffer(batch))
            batch = candidates()
        }
    }
}
