export async function checkGuide() {}
