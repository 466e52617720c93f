import Livepatch
import ReferenceEngine

/// Which rule a difference breaks.
enum RuleChoice {
    /// The rule of the first missing line; without its first line, what follows breaks that line's rule.
    static func missing(_ expectations: [Expectation], in judged: JudgedOperation) -> RuleID {
        guard let first = expectations.first else { return .sectionsDoNotInterleave }
        if case .enable(_, .started)? = judged.operation, first.event.message == .enabling,
            judged.observations.first?.event.message == .starting
        {
            return .patchingBeginsWithEnabling
        }
        return first.rule
    }

    /// A line of the operation in the wrong place.
    ///
    /// - Parameter passed: the lines that it would have to pass to stand where it belongs.
    static func outOfOrder(_ event: Event, _ judged: JudgedOperation, passed: [Event]) -> RuleID {
        switch event.message {
        case .callback:
            passed.contains { $0.callback == event.callback && $0.object != event.object }
                ? .oneObjectOrder : place(of: event, judged)
        case .initializing: .transitionIsInitialised
        case .completing, .complete: .completionIsWhole
        case .starting: .sectionEndsWithStart
        case .applying, .reverting: .patchesInOrderOfEnabling
        case .stateOutput: .statesAreTakenOver
        case .stateCallback:
            !passed.isEmpty && passed.allSatisfy { $0.message == .stateDestructor || $0.message == .stateOutput }
                ? .destructorFollowsRelease : stateRule(event, judged)
        case .stateDestructor: .destructorFollowsRelease
        case .disableBlocked: .disableIsBlocked
        default: .sectionsDoNotInterleave
        }
    }

    /// The rule that says where and whether a callback of a state of this kind runs.
    private static func stateRule(_ event: Event, _ judged: JudgedOperation) -> RuleID {
        switch (judged.operation, event.callback) {
        case (.enable(let patch, _), _) where patch != event.patch: .obsoleteStatesAreUndone
        case (.completeTransition(let patch), _) where patch != event.patch: .obsoleteStatesAreUndone
        case (.enable, .postUnpatch): .failedStatesAreUndone
        case (_, .prePatch), (_, .postPatch), (.moduleComing, _), (.moduleGoing, _): .newStatesAreSetUp
        default: .statesAreUndoneOnDisable
        }
    }

    /// The rule that says where a callback of this kind belongs.
    private static func place(of event: Event, _ judged: JudgedOperation) -> RuleID {
        switch (event.callback, judged.operation) {
        case (.prePatch, .moduleComing), (.postPatch, .moduleComing): .comingModuleIsPatched
        case (_, .moduleGoing): .goingModuleIsUnpatched
        case (.prePatch, _): .prePatchForEveryObject
        case (.postPatch, _): .postPatchAtCompletion
        case (.preUnpatch, _): .preUnpatchBeforeStart
        default: .postUnpatchAtCompletion
        }
    }

    /// A line where another of the same message was expected.
    static func instead(_ event: Event, of expectation: Expectation) -> RuleID {
        let expected = expectation.event
        if event.message == .stateDestructor { return .destructorFollowsRelease }
        if expected.patch != event.patch || expected.object != event.object { return .oneNamePerSection }
        return expected.direction != event.direction ? .completionKeepsDirection : expectation.rule
    }

    /// A line that should not be there at all.
    static func unexpected(_ event: Event, in judged: JudgedOperation, previous: Event?) -> RuleID {
        if let patch = event.patch, judged.replaced.contains(patch), event.message != .enabling {
            return .replacedPatchIsSilent
        }
        return switch event.message {
        case .callback: callback(event, judged)
        case .enabling: .enablingOfEnabledPatch
        case .initializing: event.direction == .patching ? .initialisationFollowsEnabling : .unpatchingNeedsEnabledPatch
        case .starting: event.direction == .patching ? .patchingBeginsWithEnabling : .unpatchingNeedsEnabledPatch
        case .completing: .completionNeedsStart
        case .complete:
            hasOtherDirection(event, judged) ? .completionKeepsDirection : .completionNeedsStart
        case .reversing: .reversalNeedsTransition
        case .canceling: .cancellingOnlyBeforeStart
        case .enableFailed, .prePatchFailed, .patchObjectFailed: .failedEnableIsCancelled
        case .applying: .applyOnce
        case .reverting: refusedPatch(judged) == event.patch ? .noRevertByFailedPatch : .revertNeedsApply
        case .initializeFailed, .applyFailed, .refusing: .failureRefusesModule
        case .signaling: .signalNeedsTransition
        case .forcing: .forceNeedsTransition
        case .incompatible: .statesDecideCompatibility
        case .stateOutput: .statesAreTakenOver
        case .stateCallback: stateRule(event, judged)
        case .stateDestructor: .destructorFollowsRelease
        case .disableBlocked: .disableIsBlocked
        default: .sectionsDoNotInterleave
        }
    }

    /// True if the operation completes the other direction than the line says.
    private static func hasOtherDirection(_ event: Event, _ judged: JudgedOperation) -> Bool {
        judged.steps.contains { step in
            guard let expected = step.expectation?.event, expected.message == .complete else { return false }
            return expected.patch == event.patch && expected.direction != event.direction
        }
    }

    private static func callback(_ event: Event, _ judged: JudgedOperation) -> RuleID {
        switch (event.callback, judged.operation) {
        case (.prePatch, .reverse), (.preUnpatch, .reverse): .reversalRunsNoPreCallbacks
        case (_, .enable(_, .prePatchFailed(let object))) where event.object == object: .nothingAfterFailedPrePatch
        case (.prePatch, .enable(_, .prePatchFailed)), (.prePatch, .enable(_, .patchObjectFailed)):
            .noPrePatchAfterFailure
        case (.prePatch, _): .prePatchForEveryObject
        case (.postPatch, .moduleComing): .noPostPatchInTransition
        case (.postPatch, .completeTransition): .postPatchNeedsPrePatch
        case (.postPatch, _): .postPatchAtCompletion
        case (.preUnpatch, .moduleGoing): .noPreUnpatchInTransition
        case (.preUnpatch, .disable): .preUnpatchNeedsPostPatch
        case (.preUnpatch, _): .preUnpatchBeforeStart
        case (.postUnpatch, .completeTransition): .postUnpatchNeedsPrePatch
        default: .postUnpatchAtCompletion
        }
    }

    private static func refusedPatch(_ judged: JudgedOperation) -> String? {
        guard case .moduleComing(_, let outcome)? = judged.operation else { return nil }
        switch outcome {
        case .applied: return nil
        case .initializeFailed(let patch), .prePatchFailed(let patch), .applyFailed(let patch): return patch
        }
    }
}
