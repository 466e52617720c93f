import Livepatch
import Scenarios
import Simulation

/// What is explored: the operations of a scenario, in a generation.
public struct Subject: Sendable {
    /// The scenario that gives the livepatches, the modules and the operations.
    public let scenario: Scenario
    /// The generation whose policies apply.
    public let generation: Generation
    /// The distinct things that its steps do. What somebody prints is left out; when a transition completes is the machine's own affair.
    public let actions: [Action]
    /// The callbacks that are watched.
    let callbacks: [ObjectCallbacks]
    /// The states whose callbacks are watched.
    let states: [StateCallbacks]

    /// Takes the operations of a scenario apart.
    public init(_ scenario: Scenario, generation: Generation) {
        self.scenario = scenario
        self.generation = generation
        var actions: [Action] = []
        for action in scenario.steps.map(\.action) where !actions.contains(action) {
            switch action {
            case .print, .complete: break
            default: actions.append(action)
            }
        }
        self.actions = actions
        let owner = generation.policies.callbackOwner
        callbacks = owner == .objects ? ObjectCallbacks.all(in: scenario.manifest) : []
        states = owner == .states ? StateCallbacks.all(in: scenario.manifest) : []
    }

    /// The machine before the first step.
    public var beginning: Machine { Machine(manifest: scenario.manifest, generation: generation) }
}

extension Subject {
    /// Hands over each step that can be performed on the machine: the completion of the transition that runs, then each action, first
    /// with the time that it takes until transitions complete, then without.
    func forEachStep(from machine: Machine, _ body: (ExploredStep) -> Void) {
        if machine.isAboutToComplete, let running = machine.state.transition {
            perform(.complete(patch: running.patch), ExploredStep.Number(action: 0), on: machine, body)
        }
        for (index, action) in actions.enumerated() where isPossible(action, on: machine) {
            perform(action, ExploredStep.Number(action: index + 1), on: machine, body)
        }
    }

    /// Performs the step of that number; nil if it cannot be performed.
    func step(_ number: ExploredStep.Number, from machine: Machine) -> ExploredStep? {
        var result: ExploredStep?
        forEachStep(from: machine) { if $0.number == number { result = $0 } }
        return result
    }

    private func perform(
        _ action: Action, _ number: ExploredStep.Number, on machine: Machine, _ body: (ExploredStep) -> Void
    ) {
        var acted = machine
        guard let deeds = try? acted.act(action) else { return }
        var step = ExploredStep(
            number: number, action: action, operations: deeds.operations, failure: deeds.failure, before: machine,
            acted: acted, after: acted)
        guard acted.isAboutToComplete else { return body(step) }
        var settled = step
        if let completion = settled.after.letTimePass() { settled.operations.append(completion) }
        body(settled)
        step.number.leavesPending = true
        body(step)
    }

    /// Nobody enters or takes a function that is not there.
    private func isPossible(_ action: Action, on machine: Machine) -> Bool {
        switch action {
        case .block(let function), .occupy(let function):
            machine.isLoaded(machine.patchedFunction(function).object)
        default: true
        }
    }
}

/// One step from one state of the machine to another.
struct ExploredStep {
    /// Which step it is, in the subject's order.
    struct Number: Hashable {
        /// 0 for the completion of a transition, otherwise the action's place, counted from 1.
        var action: Int
        /// True if no time passes, and a transition is left pending that nothing holds up.
        var leavesPending = false
    }

    /// Which step it is.
    var number: Number
    /// What is done.
    let action: Action
    /// What it came to, in order.
    var operations: [PerformedOperation]
    /// The errno that it failed with; nil if it did not.
    let failure: Errno?
    /// The machine before it.
    let before: Machine
    /// The machine when it was done, before time passed.
    let acted: Machine
    /// The machine after it.
    var after: Machine

    /// The step as a scenario says it.
    var scenarioStep: ScenarioStep {
        ScenarioStep(action, leavesPending: number.leavesPending, failure: failure)
    }
}
