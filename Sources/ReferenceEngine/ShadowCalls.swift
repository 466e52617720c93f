import Livepatch

/// The shadow variable API (kernel/livepatch/shadow.c), and what an instrumented caller prints of it.
///
/// The kernel itself prints only `Duplicate shadow variable` and `Failed to construct`. A caller like test_klp_shadow_vars
/// prints from its constructor and destructor while the call runs, the call when it has returned, and then what it found.
extension ReferenceEngine {
    /// One call.
    func shadow(_ call: ShadowCall, _ step: inout Step) {
        guard policies.shadowVariables != .absent else { return }
        let key = ShadowVariables.Key(object: call.object, id: call.id)
        var found = step.state.shadowVariables[key]
        if isUnregistered(call, step.state), call.function != .free, call.function != .freeAll {
            // klp_shadow_get refuses and finds nothing; whoever allocates asks twice, the second time under the lock.
            for _ in 0..<(call.function == .get ? 1 : 2) {
                step.expect(Event(.shadowTypeUnknown, number: Int(clamping: call.id)), .typeIsRegistered)
            }
            found = nil
        }
        switch call.function {
        case .get:
            step.expect(call, .shadowGet, data: found?.data, .variableIsFoundUntilFreed)
            step.expectComparison(call, found, .variableIsFoundUntilFreed)
        case .alloc:
            if found != nil {
                step.expect(Event(.shadowDuplicate, shadow: key.arguments), .duplicateShadowVariable)
                return step.expect(call, .shadowAlloc, data: nil, .duplicateShadowVariable)
            }
            create(key, call, &step, .shadowAlloc)
        case .getOrAlloc:
            guard let found else { return create(key, call, &step, .shadowGetOrAlloc) }
            step.expect(call, .shadowGetOrAlloc, data: found.data, .existingVariableIsReturned)
            step.expectComparison(call, found, .existingVariableIsReturned)
        case .free:
            if found != nil { destroy(key, call, &step, .freeDestroysOnce) }
            step.expect(call, .shadowFree, data: nil, .freeDestroysOnce)
        case .freeAll:
            for key in step.state.shadowVariables.keys(of: call.id) { destroy(key, call, &step, .freeAllTakesOneID) }
            step.expect(call, .shadowFreeAll, data: nil, .freeAllTakesOneID)
        }
    }

    /// __klp_shadow_get_or_alloc for a pair without a variable: the constructor decides. Without one the data stay zero (4.18).
    private func create(_ key: ShadowVariables.Key, _ call: ShadowCall, _ step: inout Step, _ line: MessageID) {
        let hasConstructor = policies.shadowVariables == .constructors && call.constructor != .none
        if hasConstructor && call.isPrinted {
            let shadow = ShadowArguments(data: call.newData, content: call.constructorData)
            step.expect(Event(.shadowConstructor, object: call.caller, shadow: shadow), .constructorRunsOnce)
        }
        if hasConstructor, case .fails(_, let errno) = call.constructor {
            step.expect(
                Event(.shadowConstructorFailed, number: errno, shadow: key.arguments), .failedConstructorLeavesNothing)
            return step.expect(call, line, data: nil, .failedConstructorLeavesNothing)
        }
        let isFilled = hasConstructor || policies.shadowVariables == .copiesData
        let content = isFilled ? call.constructorData : ShadowArguments.null
        step.state.shadowVariables[key] = ShadowVariables.Variable(data: call.newData, content: content)
        step.expect(call, line, data: call.newData, .constructorRunsOnce)
    }

    /// klp_shadow_free_struct. The order in which klp_shadow_free_all comes to the variables is the hash table's.
    private func destroy(_ key: ShadowVariables.Key, _ call: ShadowCall, _ step: inout Step, _ rule: RuleID) {
        guard let variable = step.state.shadowVariables[key] else { return }
        step.state.shadowVariables[key] = nil
        guard policies.shadowVariables == .constructors, call.isPrinted, !ShadowArguments.isNull(call.destructor) else {
            return
        }
        let shadow = ShadowArguments(object: key.object, data: variable.data)
        step.expect(
            Event(.shadowDestructor, object: call.caller, shadow: shadow), rule, inAnyOrder: call.function == .freeAll)
    }
}

extension Step {
    /// The line that the caller prints of its call.
    fileprivate mutating func expect(_ call: ShadowCall, _ message: MessageID, data: String?, _ rule: RuleID) {
        guard call.isPrinted else { return }
        var shadow = ShadowArguments(id: call.id)
        if call.function != .freeAll { shadow.object = call.object }
        switch call.function {
        case .get: shadow.data = data ?? ShadowArguments.null
        case .alloc, .getOrAlloc:
            shadow.size = call.size
            shadow.flags = call.flags
            shadow.constructor = call.constructor.pointer
            shadow.constructorData = call.constructorData
            shadow.data = data ?? ShadowArguments.null
        case .free, .freeAll: shadow.destructor = call.destructor
        }
        expect(Event(message, object: call.caller, shadow: shadow), rule)
    }

    /// The line in which the caller says that it found what it had stored, or rightly nothing.
    fileprivate mutating func expectComparison(
        _ call: ShadowCall, _ found: ShadowVariables.Variable?, _ rule: RuleID
    ) {
        guard call.isPrinted else { return }
        let shadow = found.map { ShadowArguments(data: $0.data, content: $0.content) }
        expect(Event(found == nil ? .shadowNotFound : .shadowFound, object: call.caller, shadow: shadow), rule)
    }
}

extension ShadowVariables.Key {
    /// What a line of the kernel says of it.
    var arguments: ShadowArguments { ShadowArguments(object: object, id: id) }
}
