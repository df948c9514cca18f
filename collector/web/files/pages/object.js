export const title = ({parts}) => parts[0] ?? 'Database';
export async function render() {}
