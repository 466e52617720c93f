import Livepatch

extension ShadowCall {
    /// Any call. Each new variable and its content get names of their own, for they are other pointers than any before.
    ///
    /// - Parameter number: what tells the call from others.
    init(by caller: String, number: Int, _ numbers: inout RandomNumbers) {
        let functions: [Function] = [.get, .alloc, .alloc, .getOrAlloc, .getOrAlloc, .free, .freeAll]
        let function = numbers.one(of: functions) ?? .get
        let object = numbers.one(of: ["task", "task", "file", ShadowArguments.null]) ?? ShadowArguments.null
        let id = UInt64(numbers.chance(70) ? 0x1 : 0x1234)
        let ends = function == .free || function == .freeAll
        let destructor = ends && numbers.chance(80) ? "destruct" : ShadowArguments.null
        guard function == .alloc || function == .getOrAlloc else {
            self.init(
                caller: caller, function, object: function == .freeAll ? ShadowArguments.null : object, id: id,
                destructor: destructor)
            nameVariable()
            return
        }
        let constructor: Constructor =
            switch numbers.position(in: [70, 15, 15]) {
            case 0: .succeeds("construct")
            case 1: .fails("construct", errno: RandomManifest.error(&numbers))
            default: .none
            }
        self.init(
            caller: caller, function, object: object, id: id, constructor: constructor,
            constructorData: "content \(number)", newData: "variable \(number)")
    }

    /// A call that frees every variable of the id.
    init(by caller: String, freeingAll id: UInt64) {
        self.init(caller: caller, .freeAll, id: id, destructor: "destruct")
        nameVariable()
    }

    /// What a scenario's reader calls the variable of a call that creates none.
    private mutating func nameVariable() { newData = "variable of \(object) 0x\(String(id, radix: 16))" }
}
