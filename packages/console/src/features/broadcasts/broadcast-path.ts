export const broadcastPath = (id: string) => `touch/broadcasts/${id}`;
