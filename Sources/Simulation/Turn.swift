import Livepatch
import ReferenceEngine
import Scenarios

/// A step being performed.
struct Turn {
    var machine: Machine
    let step: ScenarioStep
    let number: Int
    /// True if a transition that the step sets free completes as early as it can.
    let isEarly: Bool
    /// True if nobody wants lines: then the operations are kept.
    let isSilent: Bool
    private(set) var lines: [SimulatedLine] = []
    /// What the step came to; kept if it is silent.
    private(set) var operations: [PerformedOperation] = []
    var failure: Errno?
    /// True if a transition that the step sets free may complete in the middle of it.
    var isRace = false

    init(machine: Machine, step: ScenarioStep, number: Int, isEarly: Bool = false, isSilent: Bool = false) {
        self.machine = machine
        self.step = step
        self.number = number
        self.isEarly = isEarly
        self.isSilent = isSilent
    }

    /// Does what the step says.
    mutating func act() throws(SimulationError) {
        switch step.action {
        case .load(let module, let options): load(module, options)
        case .unload(let module): unload(module)
        case .enable(let patch): write(1, patch)
        case .disable(let patch): write(0, patch)
        case .reverse(let patch): try reverse(patch)
        case .force(let patch): force(patch)
        case .signal(let patch): try signal(patch)
        case .complete(let patch): try complete(patch)
        case .block(let function):
            note("# a task enters \(function) and sleeps there")
            machine.block(function)
        case .unblock(let function):
            note("# the tasks that sleep in \(function) leave it")
            machine.unblock(function)
        case .setPrePatchReturn(let patch, let object, let value): setPrePatchReturn(patch, object, value)
        case .ftrace(let isOn): switchFtrace(isOn)
        case .occupy(let function): occupy(function)
        case .vacate(let function):
            note("# the kprobe gives \(function) back")
            machine.occupied.remove(function)
        case .shadow(let call): try shadow(call)
        case .print(let line): output([line], isPrompt: true)
        }
    }

    /// Time passes: a transition that nothing holds up completes.
    ///
    /// - Parameter going: a module whose exit function runs meanwhile; callbacks see it going.
    mutating func settle(while going: String? = nil) {
        guard let running = machine.state.transition, machine.blockingFunction == nil else { return }
        perform(.completeTransition(patch: running.patch), going: going)
    }

    func error(_ problem: String) -> SimulationError { SimulationError(place: step.place, problem: problem) }

    // MARK: Printing

    private static let recogniser = Recogniser()

    /// What the operator writes.
    mutating func note(_ words: @autoclosure () -> String) {
        guard !isSilent else { return }
        let text = words()
        let event = Self.recogniser.recognise(text, isFromUserSpace: true)
        lines.append(SimulatedLine(text: text, event: event, level: 4, origin: .marker, step: number))
    }

    /// Lines that modules print when they work.
    mutating func output(_ texts: [String], isPrompt: Bool = false) {
        guard !isSilent else { return }
        for text in texts {
            // What a harness writes may look like the kernel's: `livepatch: ok`.
            if Self.recogniser.recognise(text, isFromUserSpace: true)?.message == .harnessNote {
                note(text)
                continue
            }
            lines.append(
                SimulatedLine(
                    text: text, event: Event(moduleOutput: text), level: 6, origin: .output(isPrompt: isPrompt),
                    step: number))
        }
    }

    /// The line of a module's init or exit function.
    mutating func say(_ event: Event?, _ text: String?) {
        guard !isSilent, let event, let text else { return }
        lines.append(SimulatedLine(text: text, event: event, level: 6, origin: .module, step: number))
    }

    /// Performs the operation in the engine and prints its lines.
    ///
    /// - Parameter failure: why it fails: the line of its cause is printed just before the engine's line about the failure,
    ///   which takes the error number.
    mutating func perform(_ operation: Operation, _ failure: Machine.Failure? = nil, going: String? = nil) {
        let before = machine.state
        let prediction = machine.engine.perform(operation, on: before)
        machine.state = prediction.state
        for patch in prediction.state.patches where patch.isPinned { machine.pinned.insert(patch.name) }
        guard !isSilent else {
            return operations.append(
                PerformedOperation(operation: operation, before: before, prediction: prediction))
        }
        var cause = failure?.cause
        for expectation in prediction.expectations {
            var event = expectation.event
            if event.message.isAboutFailedObject {
                if let found = cause { kernel(found, expectation.rule) }
                cause = nil
                if event.message.saysErrno { event.number = failure.map { -$0.errno.number } }
            }
            if event.message.isShadowOutput {
                caller(event, expectation)
                continue
            }
            if let going, event.object == going, event.moduleState != nil { event.moduleState = .going }
            kernel(event, expectation.rule)
        }
        // Before 4.12 nothing else is said of a failure.
        if let cause { kernel(cause, .failedEnableHasCause) }
    }

    /// A line that the kernel prints itself.
    mutating func kernel(_ event: Event, _ rule: RuleID) {
        guard !isSilent, let text = text(of: event) else { return }
        let level = Catalogue.level(of: event.message, for: machine.generation) ?? 6
        lines.append(SimulatedLine(text: text, event: event, level: level, origin: .kernel(rule), step: number))
    }

    /// A line that an instrumented module prints of its call, with its own numbers for pointers.
    private mutating func caller(_ event: Event, _ expectation: Expectation) {
        var event = event
        if let module = event.object {
            event = machine.pointerNumbers[module, default: PointerNumbers()].numbered(event)
        }
        guard let text = Catalogue.print(event, for: machine.generation) else { return }
        let origin = SimulatedLine.Origin.caller(expectation.rule, isInAnyOrder: expectation.isInAnyOrder)
        lines.append(SimulatedLine(text: text, event: event, level: 6, origin: origin, step: number))
    }

    private func text(of event: Event) -> String? {
        machine.manifest.text(
            of: event.withPrintedPointers(in: machine.generation), generation: machine.generation)
    }
}

extension MessageID {
    /// True for the line that says for which object, or of which patch, something failed. Before 4.15 `failed to enable patch` is
    /// the first.
    fileprivate var isAboutFailedObject: Bool {
        self == .patchObjectFailed || self == .initializeFailed || self == .applyFailed || self == .enableFailed
    }

    /// True if that line says the error number, too.
    fileprivate var saysErrno: Bool { self == .initializeFailed || self == .applyFailed }
}
