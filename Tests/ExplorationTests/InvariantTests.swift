import Livepatch
import ReferenceEngine
import Scenarios
import Testing

@testable import Exploration
@testable import Simulation

@Suite("What the invariants find, and what they do not")
struct InvariantTests {
    @Test func theyAreNamedAndExplained() {
        #expect(Set(Invariant.all.map(\.name)).count == Invariant.all.count)
        for invariant in Invariant.all {
            #expect(invariant.name.allSatisfy { $0.isLowercase || $0 == "-" })
            #expect(invariant.statement.hasSuffix(".") && !invariant.source.isEmpty && !invariant.advice.isEmpty)
            #expect(invariant.brokenByStep != nil || invariant.brokenInState != nil)
            #expect(Generation.allCases.contains { invariant.isPromised($0.policies) })
        }
    }

    @Test(arguments: [Example.oneFunction, Example.module, Example.replacement, Example.surroundings])
    func inLinux55NothingIsBrokenButTheReversedDisableOfTheLowerLivepatch(yaml: String) throws {
        let exploration = try explored(yaml)
        #expect(exploration.progress.end == .everything)
        #expect(exploration.broken.isSubset(of: [Invariant.transitionCanComplete.name]))
    }

    @Test(arguments: [Generation.linux40, .linux412, .linux415, .linux416, .stackless2018, .stacklessStrict2018])
    func inGenerationsThatKeepTheOrderOrTurnRoundOtherwiseNothingIsBroken(generation: Generation) throws {
        for yaml in [Example.oneFunction, Example.module] {
            #expect(try explored(yaml, generation).broken == [], "\(generation.rawValue)")
        }
    }

    // MARK: transition-can-complete

    @Test func theReversedDisableOfTheLowerLivepatchMayNeverComplete() throws {
        let exploration = try explored(Example.oneFunction)
        let violation = try #require(exploration.violations.first { $0.invariant.name == "transition-can-complete" })
        #expect(
            violation.steps == [
                ScenarioStep(.load(module: "lower", LoadOptions())),
                ScenarioStep(.load(module: "upper", LoadOptions())),
                ScenarioStep(.disable(patch: "lower"), leavesPending: true),
                ScenarioStep(.enable(patch: "lower"), leavesPending: true),
            ])
    }

    @Test func withTheStacksOrderItAlwaysCompletes() throws {
        let ordered = Generation.linux55.proposal("ordered") { $0.stackOrder = .enforced }
        #expect(try explored(Example.oneFunction, ordered).broken == [])
    }

    // MARK: callbacks-in-pairs

    @Test(
        arguments: [
            ([.prePatch], true), ([.prePatch, .postPatch], true), ([.postPatch], false),
            ([.prePatch, .prePatch], false), ([.prePatch, .preUnpatch], false),
            ([.prePatch, .postPatch, .postUnpatch], false),
            ([.prePatch, .postPatch, .preUnpatch, .postPatch], true),
            ([.prePatch, .postPatch, .preUnpatch, .postUnpatch, .postUnpatch], false),
        ] as [([CallbackKind], Bool)])
    func callbacksComeInTheirOrder(kinds: [CallbackKind], isLegal: Bool) throws {
        let listed = EngineState(
            patches: [.enabled("lower")], transition: Transition(patch: "lower", direction: .patching))
        let step = try step(
            Example.oneFunction, from: EngineState(), .enable(patch: "lower", outcome: .started), to: listed,
            kinds.map { Event(.callback, patch: "lower", object: Event.vmlinux, callback: $0) })
        #expect(problems(step).contains("callbacks-in-pairs") == !isLegal)
    }

    @Test func whatIsNotDefinedIsPassedOver() {
        let language = CallbackLanguage(defined: [.prePatch, .postUnpatch])
        let start = language.closure(of: CallbackLanguage.unprepared)
        #expect(start == CallbackLanguage.unprepared)
        let patched = language.positions(after: .prePatch, from: start)
        #expect(patched == CallbackLanguage.prepared | CallbackLanguage.patched)
        #expect(patched.flatMap { language.positions(after: .prePatch, from: $0) } == nil)
        #expect(patched.flatMap { language.positions(after: .postUnpatch, from: $0) } == start)
    }

    @Test func anObjectThatIsDoneWithHasHadItsPostUnpatch() throws {
        let step = try step(
            Example.oneFunction, from: EngineState(), .enable(patch: "lower", outcome: .started), to: EngineState(),
            [Event(.callback, patch: "lower", object: Event.vmlinux, callback: .prePatch)])
        #expect(problems(step) == ["callbacks-in-pairs"])
    }

    @Test func aPrePatchThatFailedHasNoPartner() throws {
        let step = try step(
            Example.oneFunction, from: EngineState(),
            .enable(patch: "lower", outcome: .prePatchFailed(object: Event.vmlinux)), to: EngineState(),
            [
                Event(.callback, patch: "lower", object: Event.vmlinux, callback: .prePatch),
                Event(.prePatchFailed, object: Event.vmlinux),
            ])
        #expect(problems(step) == [])
    }

    // MARK: replaced-patch-runs-no-callback, removed-patch-is-silent

    @Test func aReplacedLivepatchRunsNoCallback() throws {
        let before = EngineState(
            patches: [.enabled("old"), .enabled("all")], transition: Transition(patch: "all", direction: .patching))
        let after = EngineState(patches: [.enabled("all")])
        let callback = Event(.callback, patch: "old", object: Event.vmlinux, callback: .preUnpatch)
        let loud = try step(Example.replacement, from: before, .completeTransition(patch: "all"), to: after, [callback])
        {
            $0.replaces = ["all": true]
        }
        #expect(problems(loud).contains("replaced-patch-runs-no-callback"))
        let silent = try step(Example.replacement, from: before, .completeTransition(patch: "all"), to: after, []) {
            $0.replaces = ["all": true]
        }
        #expect(!problems(silent).contains("replaced-patch-runs-no-callback"))
    }

    @Test(arguments: [MessageID.callback, .applying, .reverting])
    func aLivepatchThatIsNotListedIsSilent(message: MessageID) throws {
        let event = Event(
            message, patch: "fix", object: "busy", callback: message == .callback ? .prePatch : nil)
        let step = try step(
            Example.module, from: EngineState(), .moduleComing(module: "busy", outcome: .applied),
            to: EngineState(loadedModules: ["busy"]), [event])
        #expect(problems(step).contains("removed-patch-is-silent"))
        let listed = try self.step(
            Example.module, from: EngineState(patches: [.enabled("fix")]),
            .moduleComing(module: "busy", outcome: .applied), to: EngineState(patches: [.enabled("fix")]), [event])
        #expect(!problems(listed).contains("removed-patch-is-silent"))
    }

    @Test func noFunctionAndNoTaskIsLeftInCodeThatIsGone() throws {
        let subject = try subject(Example.oneFunction)
        var machine = subject.beginning
        let function = PatchedFunction(object: Event.vmlinux, name: "do_work")
        machine.sleepers = [Sleeper(function: function, implementation: .replacement(patch: "lower"))]
        #expect(problems(machine, subject) == ["removed-patch-is-silent", "tasks-do-not-mix"])
        machine.livepatches = ["lower"]
        machine.state.patches = [.enabled("lower")]
        #expect(problems(machine, subject) == [])
        machine.state.patches[0].isEnabled = false
        #expect(problems(machine, subject) == ["removed-patch-is-silent"])
        machine.livepatches = []
        #expect(problems(machine, subject).contains("removed-patch-is-silent"))
        machine.sleepers = [
            Sleeper(function: PatchedFunction(object: "busy", name: "busy_work"), implementation: .original)
        ]
        machine.state.patches = []
        #expect(problems(machine, subject).contains("removed-patch-is-silent"))
    }

    /// klp_force_transition of linux-5.5 keeps nobody's module when a livepatch that does not replace is forced on, and the stack check
    /// of the next one looks for the code below the top alone.
    @Test func aForcedTaskMayBeLeftInALivepatchThatIsReplacedLater() throws {
        let exploration = try explored(
            """
            summary: A task is left behind by force.
            livepatches:
              - {name: lower, objects: [{name: vmlinux, functions: [do_work]}]}
              - {name: upper, objects: [{name: vmlinux, functions: [do_work]}]}
              - {name: all, replace: true, objects: [{name: vmlinux, functions: [do_work]}]}
            steps:
              - load: lower
              - block: do_work
              - load: upper
              - force: upper
              - load: all
              - unload: lower
            """)
        #expect(exploration.broken == ["removed-patch-is-silent"])
        #expect(exploration.violations.first?.steps.count == 6)
    }

    // MARK: tasks-do-not-mix

    @Test func aTransitionThatBeginsChangesNothingForTasksThatAreNotSwitched() throws {
        var patch = PatchState.enabled("upper")
        let before = EngineState(patches: [.enabled("lower")])
        let transition = Transition(patch: "upper", direction: .patching)
        let operation = Operation.enable(patch: "upper", outcome: .started)
        let good = try step(
            Example.oneFunction, from: before, operation,
            to: EngineState(patches: before.patches + [patch], transition: transition), [])
        #expect(!problems(good).contains("tasks-do-not-mix"))
        // The transition is another's: everybody runs the new code at once.
        let bad = try step(
            Example.oneFunction, from: before, operation,
            to: EngineState(
                patches: before.patches + [patch], transition: Transition(patch: "lower", direction: .patching)), [])
        #expect(problems(bad).contains("tasks-do-not-mix"))
        patch.objects[0].isPatched = false
        let late = try step(
            Example.oneFunction, from: EngineState(patches: before.patches + [patch], transition: transition),
            .completeTransition(patch: "upper"), to: EngineState(patches: before.patches + [.enabled("upper")]), [])
        #expect(problems(late).contains("tasks-do-not-mix"))
    }

    @Test func aTaskThatSleepsInWhatNobodyRunsMixes() throws {
        let subject = try subject(Example.oneFunction)
        var machine = subject.beginning
        machine.livepatches = ["lower"]
        machine.state.patches = [.enabled("lower")]
        let function = PatchedFunction(object: Event.vmlinux, name: "do_work")
        machine.sleepers = [Sleeper(function: function, implementation: .original)]
        #expect(problems(machine, subject) == ["tasks-do-not-mix"])
        machine.state.transition = Transition(patch: "lower", direction: .patching)
        #expect(problems(machine, subject).contains("tasks-do-not-mix") == false)
    }

    @Test func aTaskThatWasForcedIsExcepted() throws {
        let exploration = try explored(
            """
            summary: A task is forced.
            livepatches:
              - {name: fix, objects: [{name: vmlinux, functions: [do_work]}]}
            steps:
              - block: do_work
              - unblock: do_work
              - load: fix
              - force: fix
              - disable: fix
              - unload: fix
            """)
        #expect(exploration.broken == [])
    }

    // MARK: refused-operation-changes-nothing, nothing-left

    @Test func whatIsRefusedChangesNothing() throws {
        let before = EngineState(patches: [.enabled("lower")])
        let operation = Operation.disable(patch: "lower")
        let changed = try step(
            Example.oneFunction, from: before, operation, to: EngineState(), [], failure: .busy)
        #expect(problems(changed).contains("refused-operation-changes-nothing"))
        let unchanged = try step(Example.oneFunction, from: before, operation, to: before, [], failure: .busy)
        #expect(!problems(unchanged).contains("refused-operation-changes-nothing"))
    }

    @Test func aTypeThatARefusedModuleRegisteredStays() throws {
        let yaml = """
            summary: A module is refused.
            modules:
              - {name: busy}
            livepatches:
              - name: fix
                objects:
                  - {name: vmlinux, functions: [do_work]}
                  - {name: busy, functions: [busy_work], callbacks: [pre_patch], pre_patch_ret: -ENODEV, shadow_types: [7]}
            steps:
              - load: fix
              - load: busy
            """
        #expect(
            try explored(yaml, .shadowTypes2022).broken.contains("refused-operation-changes-nothing"))
        #expect(try explored(yaml, .linux55).broken == [])
    }

    @Test func withNothingLoadedNothingIsListed() throws {
        let subject = try subject(Example.oneFunction)
        var machine = subject.beginning
        #expect(problems(machine, subject) == [])
        var patch = PatchState.enabled("lower")
        patch.objects = []
        machine.state.patches = [patch]
        #expect(problems(machine, subject) == ["nothing-left"])
    }

    // MARK: States and shadow variables

    @Test func theKnownDefectsOfStates2023AreFound() throws {
        #expect(
            try explored(Example.states, .states2023).broken == [
                "states-alternate", "states-of-enabled-patch-are-on", "states-without-owner-are-released",
                "shadow-variables-have-an-owner",
            ])
    }

    @Test func aReversedReplaceLeavesStatesDisabledUnlessTheyAreEnabledAgain() throws {
        let yaml = """
            summary: A replacement is turned round.
            livepatches:
              - name: old
                objects: [{name: vmlinux, functions: [do_work]}]
                states: [{id: 1, \(Example.allKinds)}]
              - {name: all, replace: true, objects: [{name: vmlinux, functions: [do_work]}]}
            steps:
              - load: old
              - load: all
              - disable: all
            """
        let exploration = try explored(yaml, .states2023)
        #expect(exploration.broken == ["states-of-enabled-patch-are-on"])
        #expect(exploration.violations.first?.steps.count == 3)
        #expect(try explored(yaml, .states2025).broken == [])
    }

    @Test func theKnownDefectsOfStates2025AreFound() throws {
        #expect(
            try explored(Example.states, .states2025).broken == [
                "states-alternate", "states-of-enabled-patch-are-on", "states-without-owner-are-released",
                "shadow-variables-have-an-owner",
            ])
    }

    @Test func aReversedDisableReleasesTheStatesOfLivepatchesThatWereEnabledLater() throws {
        let yaml = """
            summary: The later livepatch is enabled all the while.
            livepatches:
              - name: all
                replace: true
                objects: [{name: vmlinux, functions: [do_work]}]
              - name: later
                objects: [{name: vmlinux, functions: [do_other_work]}]
                states: [{id: 1, \(Example.allKinds)}]
            steps:
              - load: all
              - load: later
              - disable: all
              - enable: all
            """
        let exploration = try explored(yaml, .states2025)
        #expect(exploration.broken == ["states-alternate", "states-of-enabled-patch-are-on"])
        #expect(exploration.violations.first?.steps.count == 4)
        let never = yaml.replacing("replace: true", with: "replace: false")
        #expect(try explored(never, .states2025).broken == [])
    }

    @Test func withoutReplacementsStatesAreWell() throws {
        let yaml = Example.states.replacing("    replace: true\n", with: "")
        #expect(try explored(yaml, .states2023).broken == [])
        #expect(try explored(yaml, .states2025).broken == [])
    }

    @Test func typesThatAreReplacedAreNeverUnregistered() throws {
        let exploration = try explored(Example.types, .shadowTypes2022)
        #expect(exploration.broken == ["shadow-variables-have-an-owner"])
        #expect(exploration.violations.first?.steps.count == 2)
        let never = Example.types.replacing("replace: true", with: "replace: false")
        #expect(try explored(never, .shadowTypes2022).broken == [])
    }

    // MARK: Making up

    /// A step that comes to one operation, of which somebody says what it did.
    private func step(
        _ yaml: String, from before: EngineState, _ operation: Operation, to after: EngineState, _ events: [Event],
        failure: Errno? = nil, _ prepare: (inout Machine) -> Void = { _ in }
    ) throws -> (ExploredStep, Subject) {
        let subject = try subject(yaml)
        var machine = subject.beginning
        prepare(&machine)
        machine.livepatches = Set(subject.scenario.manifest.livepatches.keys)
        machine.state = before
        var next = machine
        next.state = after
        let expectations = events.map { Expectation(event: $0, level: 6, rule: .prePatchForEveryObject) }
        let prediction = Prediction(state: after, expectations: expectations, objections: [])
        let performed = PerformedOperation(operation: operation, before: before, prediction: prediction)
        return (
            ExploredStep(
                number: ExploredStep.Number(action: 1), action: .ftrace(isOn: true), operations: [performed],
                failure: failure, before: machine, acted: next, after: next), subject
        )
    }

    /// The invariants that the step breaks, or the state that it leads to.
    private func problems(_ made: (ExploredStep, Subject)) -> [String] {
        let (step, subject) = made
        var monitor = Monitor(subject)
        let outOfOrder = monitor.follow(step, subject)
        return Invariant.promised(by: subject.generation).filter {
            $0.brokenByStep?(step, outOfOrder) != nil || $0.brokenInState?(step.after, monitor, subject) != nil
        }.map(\.name)
    }

    /// The invariants that are broken in a state of which nothing is remembered, apart from those about callbacks.
    private func problems(_ machine: Machine, _ subject: Subject) -> [String] {
        Invariant.promised(by: subject.generation).filter {
            $0.name != "callbacks-in-pairs" && $0.brokenInState?(machine, Monitor(subject), subject) != nil
        }.map(\.name)
    }
}

extension PatchState {
    /// An enabled livepatch of the kernel.
    fileprivate static func enabled(_ name: String) -> PatchState {
        PatchState(
            name: name, isEnabled: true,
            objects: [ObjectState(name: Event.vmlinux, isLoaded: true, isPatched: true, isPrepared: true)])
    }
}
